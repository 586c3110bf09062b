/** Whatever a stranger, or a peer gone wrong, sends to the peer door: the connection is dropped, and the others are heard on. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from '../core/messages.ts';
import { FrameWriter } from './frames.ts';
import { encodeMessages, encodeParcel, proofOf } from './parcels.ts';
import { openTcpPeers } from './tcp-peers.ts';
import type { Address, Transport } from './transport.ts';

const token = 'secret';
let address: Address;
let transport: Transport;
let heard: Message[] = [];
let connections = 0;

beforeEach(async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  address = { host: '127.0.0.1', port: (probe.address() as AddressInfo).port };
  await new Promise((resolve) => probe.close(resolve));
  heard = [];
  transport = await openTcpPeers({
    id: 'b',
    life: 1,
    token,
    listen: address,
    peers: new Map([['a', { host: '127.0.0.1', port: 1 }]]),
    events: { onMessages: (_from, messages) => heard.push(...messages), onPeerRestarted: () => undefined },
    note: () => undefined,
  });
});
afterEach(async () => {
  await transport[Symbol.asyncDispose]();
});

function greeting(changes: { token?: string; to?: string } = {}): Buffer {
  connections += 1;
  const said = { from: 'a', life: 7, connection: connections, to: changes.to ?? 'b' };
  const proof = proofOf(changes.token ?? token, said);
  return encodeParcel({ kind: 'greeting', greeting: said, proof });
}

function frames(contents: readonly Uint8Array[]): Buffer {
  const writer = new FrameWriter();
  return Buffer.concat(contents.map((content) => writer.frame(content)));
}

/** Sends bytes and waits until the other side closes. */
async function closed(bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(address.port, address.host, () => socket.end(bytes));
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.once('close', () => resolve());
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let left = 1_000; !condition(); left -= 1) {
    if (left === 0) throw new Error(`waited for 20 s in vain: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A peer that greets as it should is heard. */
async function expectOpen(): Promise<void> {
  const before = heard.length;
  const message: Message = { kind: 'stale', term: before };
  const socket = connect(address.port, address.host);
  socket.on('error', () => undefined);
  socket.write(frames([greeting(), ...encodeMessages([message])]));
  await until(() => heard.length > before);
  socket.destroy();
  expect(heard.slice(before)).toEqual([message]);
}

describe('the peer door', () => {
  test('drops garbage, and whatever is cut short or bent on the way', async () => {
    const honest = (): Buffer => frames([greeting(), ...encodeMessages([{ kind: 'stale', term: 9 }])]);
    const sent = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.nat().map((at) => {
        const bytes = honest();
        return bytes.subarray(0, at % bytes.length);
      }),
      fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
        // Only within the greeting: what follows it is the peer's own word.
        const bytes = frames([greeting()]);
        const place = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(place) ^ flip, place);
        return bytes;
      }),
    );
    await fc.assert(
      fc.asyncProperty(sent, async (bytes) => {
        await closed(bytes);
        expect(heard).toEqual([]);
      }),
      { numRuns: 300 },
    );
    await expectOpen();
  }, 120_000);

  test('drops a peer whose frames hold what is no message, and takes nothing from them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 4 }),
        async (contents) => {
          // 255 is the kind of nothing, so that no draw is a message by chance.
          await closed(frames([greeting(), ...contents.map((content) => Buffer.from([255, ...content]))]));
          await closed(frames([greeting(), ...contents.map((content) => Buffer.from([1, 255, ...content]))]));
          expect(heard).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
    await expectOpen();
  }, 120_000);

  test('drops who has the wrong token, means somebody else, or announces more than a frame may hold', async () => {
    const message = encodeMessages([{ kind: 'stale', term: 9 }]);
    await closed(frames([greeting({ token: 'wrong' }), ...message]));
    await closed(frames([greeting({ to: 'c' }), ...message]));
    await closed(frames([greeting(), Buffer.alloc(2 ** 23 + 1)]));
    await closed(frames([Buffer.alloc(2 ** 20)]));
    expect(heard).toEqual([]);
    await expectOpen();
  }, 120_000);

  test('does not wait for who greets byte by byte, and is not kept busy by many who say nothing', async () => {
    const sockets: Socket[] = [];
    let ended = 0;
    const open = (): Socket => {
      const socket = connect(address.port, address.host);
      socket.on('error', () => undefined);
      socket.once('close', () => (ended += 1));
      sockets.push(socket);
      return socket;
    };
    const slow = open();
    const bytes = frames([greeting()]);
    let at = 0;
    const dripping = setInterval(() => slow.write(bytes.subarray(at, (at += 1))), 300);
    for (let left = 400; left > 0; left -= 1) open();
    await expectOpen();
    await until(() => ended === sockets.length);
    clearInterval(dripping);
    expect(at).toBeLessThan(bytes.length);
    await expectOpen();
  }, 120_000);
});
