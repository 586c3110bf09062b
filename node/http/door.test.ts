import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Operation, SessionKey } from '../registers/command.ts';
import type { Membership } from '../core/configuration.ts';
import type { ChangeResult, TransferResult } from '../runtime/cluster-requests.ts';
import type { NodeMembership, NodeStatus } from '../runtime/node-status.ts';
import type { ReadResult, Requests, WriteResult } from '../runtime/requests.ts';
import { createApp } from './door.ts';

/** Stands for everything behind the door: answers as told, and remembers what was asked. */
class FakeRequests implements Pick<Requests, 'write' | 'read' | 'close'> {
  changeResult: ChangeResult = { kind: 'done' };
  transferResult: TransferResult = { kind: 'done' };
  asked: unknown[] = [];
  writeResult: WriteResult = { kind: 'done', answer: { kind: 'written' } };
  readResult: ReadResult = { kind: 'done', value: 'v' };

  write(operation: Operation, session: SessionKey | null): Promise<WriteResult> {
    this.asked.push({ operation, session });
    return Promise.resolve(this.writeResult);
  }

  read(key: string): Promise<ReadResult> {
    this.asked.push(key);
    return Promise.resolve(this.readResult);
  }

  change(target: Membership, onTopOf: number): Promise<ChangeResult> {
    this.asked.push({ target, onTopOf });
    return Promise.resolve(this.changeResult);
  }

  transfer(to: string): Promise<TransferResult> {
    this.asked.push(to);
    return Promise.resolve(this.transferResult);
  }

  close(): void {
    this.asked.push('close');
  }
}

const membership: NodeMembership = { index: 4, voters: ['n1', 'n2'], learners: ['n3'], joint: null };
let requests = new FakeRequests();
const errors: unknown[] = [];
const server = createServer((request, response) => {
  createApp({
    requests: requests as unknown as Requests,
    cluster: requests,
    names: ['n1', 'n2', 'n3'],
    membership: () => membership,
    token: 'secret',
    status: () => ({ id: 'n1' }) as NodeStatus,
    askForSnapshot: () => requests.asked.push('snapshot'),
    onError: (error) => errors.push(error),
  })(request, response);
});
let base = '';
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  base = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  requests = new FakeRequests();
});

const json = { 'content-type': 'application/json' };
interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}
async function call(path: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Response> {
  return fetch(base + path, { method, headers, ...(body === undefined ? {} : { body }) });
}
const put = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
  call('/registers/x', { method: 'PUT', headers: { ...json, ...headers }, body });
const cas = (body: string): Promise<Response> =>
  call('/registers/x/cas', { method: 'POST', headers: json, body });

async function expectProblem(answer: Response, status: number, type: string): Promise<string> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const body = (await answer.json()) as { type: string; title: string; status: number; detail: string };
  expect({ status: answer.status, type: body.type, said: body.status }).toEqual({
    status,
    type,
    said: status,
  });
  expect(body.title).not.toBe('');
  return body.detail;
}

describe('registers', () => {
  test('a read', async () => {
    const answer = await call('/registers/a.b_c-9');
    expect([answer.status, await answer.json()]).toEqual([200, { value: 'v' }]);
    requests.readResult = { kind: 'done', value: null };
    expect(await (await call('/registers/never')).json()).toEqual({ value: null });
    expect(requests.asked).toEqual(['a.b_c-9', 'never']);
  });

  test('a write, with and without an idempotency key', async () => {
    const answer = await put('{"value":"new"}');
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    await put('{"value":"ö"}', {
      'content-type': 'application/json; charset=utf-8',
      'idempotency-key': 'c/7/42',
    });
    expect(requests.asked).toEqual([
      { operation: { kind: 'write', key: 'x', value: 'new' }, session: null },
      { operation: { kind: 'write', key: 'x', value: 'ö' }, session: { client: 'c/7', number: 42 } },
    ]);
  });

  test('compare-and-set: swapped, not swapped, and from null', async () => {
    requests.writeResult = { kind: 'done', answer: { kind: 'swapped' } };
    expect(await (await cas('{"from":null,"to":"b"}')).json()).toEqual({ swapped: true });
    requests.writeResult = { kind: 'done', answer: { kind: 'not-swapped', value: 'c' } };
    expect(await (await cas('{"from":"a","to":"b"}')).json()).toEqual({ swapped: false, value: 'c' });
    requests.writeResult = { kind: 'done', answer: { kind: 'not-swapped', value: null } };
    expect(await (await cas('{"from":"a","to":"b"}')).json()).toEqual({ swapped: false, value: null });
  });

  test('64 KiB is accepted, however it is escaped, and one byte more is too large', async () => {
    const fits = 'ä'.repeat(32_768);
    expect((await put(JSON.stringify({ value: fits }))).status).toBe(200);
    const escaped = `{"value":"${'\\u0001'.repeat(65_536)}"}`;
    expect((await put(escaped)).status).toBe(200);
    await expectProblem(await put(JSON.stringify({ value: `${fits}a` })), 413, 'too-large');
  });
});

describe('what the door refuses', () => {
  test.each([
    ['not JSON', '{"value":'],
    ['an empty body', ''],
    ['an array', '["value"]'],
    ['null', 'null'],
    ['a missing field', '{}'],
    ['an unknown field', '{"value":"a","ttl":1}'],
    ['a field that only looks like a prototype', '{"value":"a","__proto__":{}}'],
    ['a number', '{"value":1}'],
    ['null for a value', '{"value":null}'],
    ['half a surrogate pair', '{"value":"\\ud800"}'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
  ])('%s: 400 bad-request', async (_what, body) => {
    await expectProblem(await put(body), 400, 'bad-request');
    expect(requests.asked).toEqual([]);
  });

  test.each(['a%20b', '%C3%A4', 'k'.repeat(257), 'a%2Fb', '%zz', '%2e%2e%2e$'])(
    'the key %s: 400 bad-request',
    async (key) => {
      await expectProblem(await call(`/registers/${key}`), 400, 'bad-request');
    },
  );

  test.each(['', 'noslash', 'c/', 'c/-1', 'c/1.5', '/1', `c/${'9'.repeat(16)}`, `${'c'.repeat(129)}/1`])(
    'the idempotency key %j: 400 bad-request',
    async (key) => {
      await expectProblem(await put('{"value":"a"}', { 'idempotency-key': key }), 400, 'bad-request');
    },
  );

  test.each([
    '{"to":"b"}',
    '{"from":"a"}',
    '{"from":1,"to":"b"}',
    '{"from":"a","to":null}',
    '{"from":"a","to":"b","x":0}',
  ])('the compare-and-set %s: 400 bad-request', async (body) => {
    await expectProblem(await cas(body), 400, 'bad-request');
  });

  test.each([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/json; charset=latin1' }],
    [{ 'content-type': 'application/jsonp' }],
    [{ ...json, 'content-encoding': 'gzip' }],
  ])('%j: 415 unsupported-media-type', async (headers) => {
    const answer = await call('/registers/x', { method: 'PUT', headers, body: '{"value":"a"}' });
    await expectProblem(answer, 415, 'unsupported-media-type');
  });

  test('a body beyond any bound is refused before it has come, and the connection ends', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'PUT /registers/x HTTP/1.1\r\nhost: n\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n{',
    );
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*"type":"too-large"/);
  });

  test.each(['/', '/nothing', '/registers', '/registers/', '/registers/a/b', '/registers/a/', '/Status'])(
    'the route %s: 404 not-found',
    async (path) => {
      await expectProblem(await call(path), 404, 'not-found');
    },
  );

  test.each([
    ['/registers/x', 'DELETE', 'GET, HEAD, PUT'],
    ['/registers/x/cas', 'GET', 'POST'],
    ['/status', 'POST', 'GET, HEAD'],
    ['/membership', 'POST', 'GET, HEAD, PUT'],
    ['/snapshot', 'GET', 'POST'],
    ['/leader', 'PUT', 'POST'],
  ])('%s %s: 405 method-not-allowed', async (path, method, allow) => {
    const answer = await call(path, { method });
    expect(answer.headers.get('allow')).toBe(allow);
    await expectProblem(answer, 405, 'method-not-allowed');
  });
});

describe('what the door passes on', () => {
  test.each([
    [{ kind: 'refused', reason: 'no-leader' }, 503, 'no-leader'],
    [{ kind: 'refused', reason: 'out-of-space' }, 503, 'out-of-space'],
    [{ kind: 'maybe' }, 504, 'maybe'],
  ] as const)('%j', async (result, status, type) => {
    requests.writeResult = result;
    await expectProblem(await put('{"value":"a"}'), status, type);
  });

  test('a read that nobody could answer', async () => {
    requests.readResult = { kind: 'refused', reason: 'no-leader' };
    await expectProblem(await call('/registers/x'), 503, 'no-leader');
  });

  test('what nobody foresaw is 500, and noted', async () => {
    requests.read = () => Promise.reject(new Error('unforeseen'));
    await expectProblem(await call('/registers/x'), 500, 'internal');
    expect(String(errors.pop())).toBe('Error: unforeseen');
  });
});

describe('calls that change the cluster', () => {
  const calls = [
    ['PUT', '/membership'],
    ['POST', '/snapshot'],
    ['POST', '/leader'],
  ] as const;
  test.each(calls)('%s %s without the token: 401 unauthorized', async (method, path) => {
    for (const authorization of ['', 'Bearer wrong', 'secret', 'bearer secret ']) {
      const answer = await call(path, { method, headers: { authorization } });
      await expectProblem(answer, 401, 'unauthorized');
    }
  });

  test('a snapshot is asked for, and not waited for', async () => {
    const answer = await call('/snapshot', { method: 'POST', headers: { authorization: 'Bearer secret' } });
    expect([answer.status, requests.asked]).toEqual([202, ['snapshot']]);
  });

  const token = { authorization: 'Bearer secret', ...json };
  const change = (
    body: unknown,
    headers: Record<string, string> = { 'if-match': '"4"' },
  ): Promise<Response> =>
    call('/membership', { method: 'PUT', headers: { ...token, ...headers }, body: JSON.stringify(body) });

  test('the membership, with its tag', async () => {
    const answer = await call('/membership');
    expect([answer.headers.get('etag'), await answer.json()]).toEqual(['"4"', membership]);
    const changed = await change({ voters: ['n1', 'n2'], learners: ['n3'] });
    expect([changed.status, changed.headers.get('etag'), await changed.json()]).toEqual([
      200,
      '"4"',
      membership,
    ]);
    expect(requests.asked).toEqual([{ target: { voters: ['n1', 'n2'], learners: ['n3'] }, onTopOf: 4 }]);
  });

  test.each([
    [{ voters: [], learners: [] }],
    [{ voters: ['n1', 'n1'], learners: [] }],
    [{ voters: ['n1'], learners: ['n1'] }],
    [{ voters: ['n9'], learners: [] }],
    [{ voters: 'n1', learners: [] }],
    [{ voters: ['n1'] }],
    [{ voters: ['n1'], learners: [], joint: null }],
  ])('the membership %j: 400 bad-request', async (body) => {
    await expectProblem(await change(body), 400, 'bad-request');
    expect(requests.asked).toEqual([]);
  });

  test('a change needs If-Match', async () => {
    const target = { voters: ['n1'], learners: [] };
    await expectProblem(await change(target, {}), 428, 'precondition-required');
    await expectProblem(await change(target, { 'if-match': '*' }), 400, 'bad-request');
  });

  test.each([
    [{ kind: 'in-progress' }, 409, 'change-in-progress'],
    [{ kind: 'stale' }, 412, 'stale-configuration'],
    [{ kind: 'not-caught-up' }, 504, 'maybe'],
    [{ kind: 'maybe' }, 504, 'maybe'],
    [{ kind: 'not-leader', leader: null }, 503, 'not-leader'],
  ] as const)('a change that ends as %j', async (result, status, type) => {
    requests.changeResult = result;
    await expectProblem(await change({ voters: ['n1'], learners: [] }), status, type);
  });

  test('whoever does not lead says who does', async () => {
    requests.changeResult = { kind: 'not-leader', leader: 'n2' };
    const answer = await change({ voters: ['n1'], learners: [] });
    expect(await answer.json()).toMatchObject({ type: 'not-leader', leader: 'n2' });
  });

  test('a transfer', async () => {
    const transfer = (body: unknown): Promise<Response> =>
      call('/leader', { method: 'POST', headers: token, body: JSON.stringify(body) });
    expect((await transfer({ to: 'n2' })).status).toBe(200);
    await expectProblem(await transfer({ to: 'n3' }), 400, 'bad-request');
    await expectProblem(await transfer({ to: 7 }), 400, 'bad-request');
    requests.transferResult = { kind: 'maybe' };
    await expectProblem(await transfer({ to: 'n2' }), 504, 'maybe');
    requests.transferResult = { kind: 'not-leader', leader: 'n1' };
    await expectProblem(await transfer({ to: 'n2' }), 503, 'not-leader');
    expect(requests.asked).toEqual(['n2', 'n2', 'n2']);
  });

  test('the status', async () => {
    expect(await (await call('/status')).json()).toEqual({ id: 'n1' });
  });
});
