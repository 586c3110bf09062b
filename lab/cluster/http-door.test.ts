import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { DoorError, type DoorRequest } from './door.ts';
import { HttpDoor } from './http-door.ts';

/** Requests as a raw TCP server saw them, one for each blank line. */
let requests: string[];
let connections: Socket[];
let server: Server;
let door: HttpDoor;
/** What the server does once it has a request. */
let answer: (socket: Socket, number: number) => void;

const ok = (body: string, headers = '') =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
const get = (changes: Partial<DoorRequest> = {}): DoorRequest => ({
  method: 'GET',
  path: '/status',
  timeoutMs: 5000,
  ...changes,
});

beforeEach(async () => {
  requests = [];
  connections = [];
  answer = (socket) => socket.write(ok('{}'));
  server = createServer((socket) => {
    connections.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      requests.push(bytes.toString('utf8'));
      answer(socket, requests.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  door = new HttpDoor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  await door[Symbol.asyncDispose]();
  for (const socket of connections) socket.destroy();
  server.close();
});

const failure = (request: DoorRequest): Promise<unknown> =>
  door.send(request).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('an answer', () => {
  test('comes whole, with its headers in lower case, over one connection that is kept', async () => {
    answer = (socket) =>
      socket.write(ok('{"value":"ä"}', 'ETag: "12"\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n'));
    const first = await door.send(get());
    expect(first).toMatchObject({ status: 200, body: '{"value":"ä"}', headers: { etag: '"12"' } });
    expect(first.headers['set-cookie']).toBe('a, b');
    // The pool takes a connection back in a later turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    await door.send(get());
    expect(connections.length).toBe(1);
  });

  test('is what the node said, whatever the status', async () => {
    answer = (socket) => socket.write('HTTP/1.1 503 No\r\ncontent-length: 2\r\n\r\n{}');
    expect((await door.send(get())).status).toBe(503);
  });

  test('to a request with method, path, headers and body as they were given', async () => {
    await door.send({
      method: 'PUT',
      path: '/registers/a%2Fb',
      headers: { 'Idempotency-Key': 'c1/7', 'content-type': 'application/json' },
      body: '{"value":"ü"}',
      timeoutMs: 5000,
    });
    expect(requests[0]).toMatch(/^PUT \/registers\/a%2Fb HTTP\/1\.1\r\n/);
    expect(requests[0]).toMatch(/\r\nidempotency-key: c1\/7\r\n/i);
    expect(requests[0]).toMatch(/\r\ncontent-length: 14\r\n/i);
    expect(requests[0]?.endsWith('{"value":"ü"}')).toBe(true);
  });
});

describe('a request is sent once', () => {
  // The requests that clients repeat on their own: idempotent by method, or by a header that says so.
  test.each([
    get(),
    get({ method: 'PUT', body: '{}' }),
    get({ method: 'POST', headers: { 'idempotency-key': 'c1/1' }, body: '{}' }),
  ])('$method, though the connection ends without an answer', async (request) => {
    // The first answer makes the connection a kept one, where retries are commonest.
    answer = (socket, number) => (number === 1 ? socket.write(ok('{}')) : socket.destroy());
    await door.send(request);
    expect(await failure(request)).toMatchObject({ name: 'DoorError', code: 'closed' });
    expect(requests).toHaveLength(2);
    answer = (socket, number) => (number === 3 ? socket.resetAndDestroy() : socket.write(ok('{}')));
    expect(await failure(request)).toMatchObject({ code: 'closed' });
    expect(requests).toHaveLength(3);
    // The door still works.
    await door.send(request);
    expect(requests).toHaveLength(4);
  });

  test('though the answer breaks off, or is no HTTP', async () => {
    answer = (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"val');
    expect(await failure(get())).toMatchObject({ code: 'closed' });
    answer = (socket) => socket.end('what?');
    expect(await failure(get())).toMatchObject({ code: 'closed' });
    expect(requests).toHaveLength(2);
  });
});

describe('a door gives up', () => {
  test('as timeout, when the answer does not come', async () => {
    answer = () => undefined;
    const error = await failure(get({ timeoutMs: 50 }));
    expect(error).toBeInstanceOf(DoorError);
    expect(error).toMatchObject({ code: 'timeout' });
    expect((error as Error).message).toMatch(/GET http:.*\/status: no whole answer within 50 ms/);
    // The connection is not used again: its answer may still come.
    answer = (socket) => socket.write(ok('{}'));
    await door.send(get());
    expect(connections.length).toBe(2);
  });

  test('as timeout, when the answer does not end', async () => {
    answer = (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"val');
    expect(await failure(get({ timeoutMs: 50 }))).toMatchObject({ code: 'timeout' });
  });

  test('as closed, when the answer is longer than any call’s', async () => {
    answer = (socket) => socket.write(ok('x'.repeat(2_000_000)));
    const error = await failure(get());
    expect(error).toMatchObject({ code: 'closed' });
    expect((error as Error).message).toContain('longer than');
  });

  test('as not-sent, when nobody listens', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await using closed = new HttpDoor(`http://127.0.0.1:${port}`);
    await expect(closed.send(get())).rejects.toMatchObject({ name: 'DoorError', code: 'not-sent' });
  });

  test('as not-sent, when no connection comes about in time, and sends nothing later', async () => {
    // A listener that accepts nothing: the backlog of 1 fills, and further connections hang.
    await using full = await fullListener();
    await using waiting = new HttpDoor(`http://127.0.0.1:${full.port}`);
    await expect(waiting.send(get({ timeoutMs: 100 }))).rejects.toMatchObject({ code: 'not-sent' });
    expect(await full.bytesSeen()).toBe(0);
  });

  test('as not-sent, when the request cannot be written at all', async () => {
    expect(await failure(get({ path: '/a\r\nb' }))).toMatchObject({ code: 'not-sent' });
    expect(requests).toEqual([]);
  });
});

/** A listener whose process is stopped, with its queue of connections full. */
async function fullListener(): Promise<AsyncDisposable & { port: number; bytesSeen: () => Promise<number> }> {
  const child = spawn(process.execPath, [
    '-e',
    `let bytes = 0;
     const server = require('node:net').createServer((socket) => {
       socket.on('error', () => {}).on('data', (chunk) => { bytes += chunk.length; });
     });
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
     process.stdin.once('data', () => setTimeout(() => console.log(bytes), 1500));`,
  ]);
  const line = async () => String((await once(child.stdout, 'data'))[0]).trim();
  const port = Number(await line());
  child.kill('SIGSTOP');
  const fillers = Array.from({ length: 4 }, () =>
    connect({ port, host: '127.0.0.1' }).on('error', () => undefined),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    port,
    bytesSeen: async () => {
      child.kill('SIGCONT');
      child.stdin.write('\n');
      return Number(await line());
    },
    [Symbol.asyncDispose]: async () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}
