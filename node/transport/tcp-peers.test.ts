import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Message } from '../core/messages.ts';
import { openTcpPeers } from './tcp-peers.ts';
import type { Address, Transport, TransportOptions } from './transport.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

async function freeAddress(): Promise<Address> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { host: '127.0.0.1', port };
}

/** A proxy that can swallow bytes in mid-stream, as a faulty link does. */
async function proxy(
  target: Address,
): Promise<{ address: Address; swallow: (lost: boolean) => void; dialled: () => number }> {
  let swallowing = false;
  let dialled = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    dialled += 1;
    const far = connect(target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => swallowing || to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: '127.0.0.1', port },
    swallow: (lost) => {
      swallowing = lost;
    },
    dialled: () => dialled,
  };
}

interface Peer {
  transport: Transport;
  heard: Message[];
  restarts: string[];
}

async function peer(
  id: string,
  listen: Address,
  peers: Record<string, Address>,
  changes: Partial<TransportOptions> = {},
): Promise<Peer> {
  const heard: Message[] = [];
  const restarts: string[] = [];
  const transport = await openTcpPeers({
    id,
    life: 1,
    token: 'secret',
    listen,
    peers: new Map(Object.entries(peers)),
    events: {
      onMessages: (_from, messages) => heard.push(...messages),
      onPeerRestarted: (restarted) => restarts.push(restarted),
    },
    note: () => undefined,
    ...changes,
  });
  cleanup.push(() => transport[Symbol.asyncDispose]());
  return { transport, heard, restarts };
}

/** Polls until it holds; generous, since these machines are shared. */
async function until(condition: () => boolean): Promise<void> {
  for (let left = 1_000; !condition(); left -= 1) {
    if (left === 0) throw new Error(`waited for 20 s in vain: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const stale = (term: number): Message => ({ kind: 'stale', term });

describe('peers over TCP', () => {
  test('messages arrive whole and in order, large ones too', async () => {
    const [a, b] = [await freeAddress(), await freeAddress()];
    const left = await peer('a', a, { b });
    const right = await peer('b', b, { a });
    const command = Buffer.alloc(300_000, 5);
    const messages: Message[] = [
      stale(1),
      ...Array.from({ length: 8 }, (_, attempt) => ({ kind: 'forward', life: 1, attempt, command }) as const),
      stale(2),
    ];
    await until(() => left.transport.send('b', messages));
    await until(() => right.heard.length === messages.length);
    expect(right.heard).toEqual(messages);
    expect(left.transport.send('nobody', [stale(1)])).toBe(false);
  });

  test('a peer that comes up later, or comes back, is found; a new life is announced', async () => {
    const [a, b] = [await freeAddress(), await freeAddress()];
    const left = await peer('a', a, { b });
    expect(left.transport.send('b', [stale(1)])).toBe(false);
    const right = await peer('b', b, { a });
    await until(() => right.transport.send('a', [stale(1)]));
    await until(() => left.heard.length === 1);
    await right.transport[Symbol.asyncDispose]();
    const again = await peer('b', b, { a }, { life: 2 });
    await until(() => again.transport.send('a', [stale(2)]));
    await until(() => left.heard.length === 2);
    expect(left.restarts).toEqual(['b']);
  });

  test('bytes lost in mid-stream cost the connection, never the meaning of what follows', async () => {
    const [a, b] = [await freeAddress(), await freeAddress()];
    const link = await proxy(b);
    const left = await peer('a', a, { b: link.address });
    const right = await peer('b', b, { a });
    await until(() => left.transport.send('b', [stale(1)]));
    await until(() => right.heard.length === 1);
    link.swallow(true);
    left.transport.send('b', [stale(2)]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    link.swallow(false);
    const dialled = link.dialled();
    await until(() => link.dialled() > dialled);
    await until(() => left.transport.send('b', [stale(3)]));
    await until(() => right.heard.length >= 2);
    expect(right.heard.slice(0, 2)).toEqual([stale(1), stale(3)]);
  });

  test('a link that swallows everything is dialled again and again', async () => {
    const [a, b] = [await freeAddress(), await freeAddress()];
    const link = await proxy(b);
    await peer('a', a, { b: link.address });
    await peer('b', b, { a });
    link.swallow(true);
    await until(() => link.dialled() >= 3);
  });

  test('strangers are cut off: wrong token, wrong receiver, unknown name, no greeting', async () => {
    const b = await freeAddress();
    const notes: string[] = [];
    const right = await peer(
      'b',
      b,
      { a: await freeAddress() },
      {
        note: (_message, { reason }) => notes.push(String(reason)),
      },
    );
    const strangers = [
      await peer('a', await freeAddress(), { b }, { token: 'wrong' }),
      await peer('a', await freeAddress(), { c: b }),
      await peer('x', await freeAddress(), { b }),
    ];
    await until(() => notes.length > 0);
    for (const { transport } of strangers) {
      transport.send('b', [stale(9)]);
      transport.send('c', [stale(9)]);
    }
    const socket = connect(b);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
    await ended;
    expect(right.heard).toEqual([]);
    expect(notes[0]).toMatch(/proves another token|is for c, this is b|x is not in RAFT_PEERS/);
  });
});
