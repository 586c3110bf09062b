/** What every server with Toxiproxy's API does to the bytes that pass through it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../cluster/testdata/eventually.ts';
import type { Api, ProxyBody } from './testdata/api.ts';
import { Upstream, Wire } from './testdata/wire.ts';

/** Long enough that bytes which are not stopped would have arrived, in a test that shows the same bytes arriving otherwise. */
const quietMs = 150;
const latencyMs = 120;
/** Toxiproxy and Node measure time on clocks of their own, in whole milliseconds. */
const clockErrorMs = 3;
const hourMs = 3_600_000;

/** Where the original does what nobody would ask for. */
export interface Quirks {
  /** A latency lets go of the chunk it is about to hand on when its neighbour in the chain comes or goes, however long it had still to wait. */
  readonly letsGoOfHead: boolean;
}

export function describeStreams(api: () => Api, quirks: Quirks): void {
  let upstream: Upstream;
  let proxy: ProxyBody;
  const wires: Wire[] = [];

  beforeEach(async () => {
    upstream = await Upstream.listen();
    proxy = await api().proxyTo(upstream.address, 'p');
  });
  afterEach(async () => {
    for (const { socket } of wires.splice(0)) socket.destroy();
    await api().call('DELETE', '/proxies/p');
    await upstream[Symbol.asyncDispose]();
  });

  /** A connection through the proxy: the side that dialled, and the one that accepted. */
  const join = async (): Promise<{ client: Wire; server: Wire }> => {
    const before = upstream.wires.length;
    const client = await Wire.dial(proxy.listen);
    wires.push(client);
    const server = await eventually(() => {
      const accepted = upstream.wires[before];
      if (accepted === undefined) throw new Error('the proxy did not dial');
      return accepted;
    });
    return { client, server };
  };
  const add = (name: string, type: string, attributes: object, more: object = {}): Promise<void> =>
    api().addToxic('p', { name, type, stream: 'upstream', attributes, ...more });
  const remove = (name: string): Promise<void> => api().removeToxic('p', name);
  const receives = (wire: Wire, text: string): Promise<void> =>
    eventually(() => expect(wire.text).toBe(text));

  describe('a connection', () => {
    test('carries bytes both ways', async () => {
      const { client, server } = await join();
      client.send('to the server');
      await receives(server, 'to the server');
      server.send('to the client');
      await receives(client, 'to the client');
    });

    test('ends at the other side when it ends at one, after the bytes', async () => {
      const { client, server } = await join();
      client.socket.end('last words');
      await server.peerFinished;
      expect(server.text).toBe('last words');
      // Toxiproxy knows no half-open connections: the other direction ends too.
      await client.ended;
    });

    test('is closed when nobody listens upstream', async () => {
      await api().expect(200, 'POST', '/proxies/p', { upstream: '127.0.0.1:9' });
      const client = await Wire.dial(proxy.listen);
      wires.push(client);
      await client.ended;
    });

    test('ends when the proxy is disabled; new ones are refused until it is enabled', async () => {
      const { client, server } = await join();
      await api().expect(200, 'POST', '/proxies/p', { enabled: false });
      await Promise.all([client.ended, server.peerFinished]);
      await expect(Wire.dial(proxy.listen)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await api().expect(200, 'POST', '/proxies/p', { enabled: true });
      const again = await join();
      again.client.send('again');
      await receives(again.server, 'again');
    });

    test.each(['a reader that is slow', 'a toxic that holds'])(
      'holds the sender up for %s, and loses nothing',
      async (what) => {
        const isToxic = what.includes('toxic');
        const { client, server } = await join();
        if (isToxic) await add('t', 'latency', { latency: hourMs });
        else server.socket.pause();
        const bytes = randomBytes(1024 * 1024);
        const megabytes = 64;
        for (let sent = 0; sent < megabytes; sent++) client.send(bytes);
        // What the kernel and the proxy keep on the way is bounded: the rest stays here.
        let left = client.socket.writableLength;
        await eventually(async () => {
          await sleep(quietMs);
          const before = left;
          left = client.socket.writableLength;
          expect(left).toBe(before);
        });
        expect(left).toBeGreaterThan(bytes.length);
        if (isToxic) await remove('t');
        else server.socket.resume();
        await eventually(() => expect(server.receivedBytes).toBe(megabytes * bytes.length));
        const expected = createHash('sha256');
        for (let sent = 0; sent < megabytes; sent++) expected.update(bytes);
        expect(createHash('sha256').update(server.received()).digest('hex')).toBe(expected.digest('hex'));
      },
      60_000,
    );
  });

  describe('latency', () => {
    test('delays its own stream and no other', async () => {
      await add('t', 'latency', { latency: hourMs });
      const { client, server } = await join();
      client.send('late');
      server.send('at once');
      await receives(client, 'at once');
      await sleep(quietMs);
      expect(server.receivedBytes).toBe(0);
      await remove('t');
      await receives(server, 'late');
    });

    test('lasts at least as long as it says, and adds up', async () => {
      await add('one', 'latency', { latency: latencyMs });
      await add('two', 'latency', { latency: latencyMs });
      const { client, server } = await join();
      const sentMs = performance.now();
      client.send('late');
      await receives(server, 'late');
      expect(performance.now() - sentMs).toBeGreaterThan(2 * latencyMs - clockErrorMs);
    });

    test('takes hold of connections that live, and gives back what it held, in order', async () => {
      const { client, server } = await join();
      client.send('before;');
      await receives(server, 'before;');
      await add('t', 'latency', { latency: hourMs });
      let sent = 'before;';
      for (let number = 0; number < 100; number++) {
        client.send(`${number};`);
        sent += `${number};`;
        if (number % 10 === 0) await sleep(1);
      }
      await sleep(quietMs);
      expect(server.text).toBe('before;');
      await remove('t');
      client.send('after');
      await receives(server, `${sent}after`);
    });

    test('holds the end back behind the bytes', async () => {
      await add('t', 'latency', { latency: hourMs });
      const { client, server } = await join();
      client.socket.end('held');
      await sleep(quietMs);
      expect(server.receivedBytes).toBe(0);
      await remove('t');
      await server.peerFinished;
      expect(server.text).toBe('held');
    });

    test('can be shortened while it lasts', async () => {
      await add('t', 'latency', { latency: hourMs });
      const { client, server } = await join();
      client.send('first;');
      await sleep(quietMs);
      await api().expect(200, 'POST', '/proxies/p/toxics/t', { attributes: { latency: 1 } });
      client.send('second');
      await receives(server, 'first;second');
    });

    test('varies by the jitter, and never reorders', async () => {
      await add('t', 'latency', { latency: 5, jitter: 5 });
      const { client, server } = await join();
      let sent = '';
      for (let number = 0; number < 50; number++) {
        client.send(`${number};`);
        sent += `${number};`;
        await sleep(1);
      }
      await receives(server, sent);
    });
  });

  describe('timeout', () => {
    test('of 0 loses bytes and keeps the connection, which ends when it is removed', async () => {
      const { client, server } = await join();
      await add('t', 'timeout', { timeout: 0 });
      client.send('lost');
      server.send('kept');
      await receives(client, 'kept');
      await sleep(quietMs);
      expect(client.socket.destroyed).toBe(false);
      await remove('t');
      await Promise.all([client.ended, server.peerFinished]);
      expect(server.receivedBytes).toBe(0);
      const next = await join();
      next.client.send('heard');
      await receives(next.server, 'heard');
    });

    test('of more than 0 ends the connection by itself', async () => {
      await add('t', 'timeout', { timeout: 50 });
      const { client, server } = await join();
      client.send('lost');
      await Promise.all([client.ended, server.peerFinished]);
      expect(server.receivedBytes).toBe(0);
    });
  });

  describe('reset_peer', () => {
    test('resets a connection at its first byte', async () => {
      await add('t', 'reset_peer', { timeout: 0 });
      const { client, server } = await join();
      await sleep(quietMs);
      expect(client.socket.destroyed).toBe(false);
      client.send('fatal');
      expect(await client.ended).toBe('reset');
      await server.ended;
      expect(server.receivedBytes).toBe(0);
    });

    test('waits first, when it is told to', async () => {
      await add('t', 'reset_peer', { timeout: latencyMs });
      const { client } = await join();
      const sentMs = performance.now();
      client.send('fatal');
      expect(await client.ended).toBe('reset');
      expect(performance.now() - sentMs).toBeGreaterThan(latencyMs - clockErrorMs);
    });

    test('ends connections that were there before', async () => {
      const { client, server } = await join();
      await add('t', 'reset_peer', { timeout: 0 });
      client.send('fatal');
      await Promise.all([client.ended, server.ended]);
      expect(server.receivedBytes).toBe(0);
    });
  });

  describe('other toxics', () => {
    test('bandwidth lets through so much and no more', async () => {
      const rate = 200;
      await add('t', 'bandwidth', { rate });
      const { client, server } = await join();
      const bytes = randomBytes(40_000);
      const sentMs = performance.now();
      client.send(bytes);
      await eventually(() => expect(server.receivedBytes).toBe(bytes.length));
      // Toxiproxy sends the last piece up to an interval of 100 ms early.
      expect(performance.now() - sentMs).toBeGreaterThan(bytes.length / rate - 100 - clockErrorMs);
      expect(server.received().equals(bytes)).toBe(true);
    });

    test('bandwidth gives back what waited when it is removed', async () => {
      await add('t', 'bandwidth', { rate: 1 });
      const { client, server } = await join();
      const bytes = randomBytes(100_000);
      client.send(bytes);
      await sleep(quietMs);
      expect(server.receivedBytes).toBeLessThan(10_000);
      await remove('t');
      await eventually(() => expect(server.receivedBytes).toBe(bytes.length));
      expect(server.received().equals(bytes)).toBe(true);
    });

    test('slow_close delays the end and not the bytes', async () => {
      await add('t', 'slow_close', { delay: hourMs });
      const { client, server } = await join();
      client.socket.end('words');
      await receives(server, 'words');
      let finished = false;
      void server.peerFinished.then(() => (finished = true));
      await sleep(quietMs);
      expect(finished).toBe(false);
      await remove('t');
      await server.peerFinished;
    });

    test('slicer cuts into small pieces', async () => {
      await add('t', 'slicer', { average_size: 10, size_variation: 3, delay: 20_000 });
      const { client, server } = await join();
      const bytes = randomBytes(200);
      client.send(bytes);
      await eventually(() => expect(server.receivedBytes).toBe(bytes.length));
      expect(server.chunkSizes.length).toBeGreaterThan(3);
      expect(server.received().equals(bytes)).toBe(true);
    });

    test('limit_data ends the connection after so many bytes', async () => {
      await add('t', 'limit_data', { bytes: 10 });
      const { client, server } = await join();
      client.send('0123456');
      await receives(server, '0123456');
      client.send('789abc');
      await server.peerFinished;
      expect(server.text).toBe('0123456789');
      await client.ended;
    });

    test('a toxicity of 0 spares every connection', async () => {
      await add('t', 'timeout', { timeout: 0 }, { toxicity: 0 });
      const { client, server } = await join();
      client.send('spared');
      await receives(server, 'spared');
      await api().expect(200, 'POST', '/proxies/p/toxics/t', { toxicity: 1 });
      client.send('lost');
      await sleep(quietMs);
      expect(server.text).toBe('spared');
    });

    test('form a chain, from which each can be taken', async () => {
      await add('first', 'latency', { latency: hourMs });
      await add('second', 'latency', { latency: hourMs });
      await add('third', 'slow_close', { delay: 1 });
      const { client, server } = await join();
      client.send('one;');
      await sleep(quietMs);
      await remove('second');
      client.send('two;');
      await sleep(quietMs);
      expect(server.text).toBe(quirks.letsGoOfHead ? 'one;' : '');
      await add('fourth', 'latency', { latency: hourMs });
      await remove('first');
      client.send('three;');
      await sleep(quietMs);
      expect(server.text).toBe(quirks.letsGoOfHead ? 'one;' : '');
      await remove('third');
      await remove('fourth');
      client.send('four;');
      await receives(server, 'one;two;three;four;');
    });

    test('work downstream as they do upstream', async () => {
      await add('t', 'latency', { latency: hourMs }, { stream: 'downstream' });
      const { client, server } = await join();
      client.send('question');
      await receives(server, 'question');
      server.send('answer');
      await sleep(quietMs);
      expect(client.receivedBytes).toBe(0);
      await remove('t');
      await receives(client, 'answer');
    });
  });

  test('every byte arrives once and in order, whatever lossless toxics come and go', async () => {
    const toxic = fc.oneof(
      fc.record({
        type: fc.constant('latency'),
        attributes: fc.record({ latency: fc.nat(8), jitter: fc.nat(4) }),
      }),
      fc.record({
        type: fc.constant('bandwidth'),
        attributes: fc.record({ rate: fc.integer({ min: 200, max: 5000 }) }),
      }),
      fc.record({
        type: fc.constant('slicer'),
        attributes: fc.record({
          average_size: fc.integer({ min: 500, max: 4000 }),
          size_variation: fc.nat(400),
          delay: fc.nat(50),
        }),
      }),
      fc.record({ type: fc.constant('slow_close'), attributes: fc.record({ delay: fc.nat(5) }) }),
    );
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.record({ send: fc.integer({ min: 1, max: 30_000 }) }) },
      { weight: 2, arbitrary: fc.record({ add: toxic }) },
      { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ pauseMs: fc.nat(10) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 15 }), async (actions) => {
        const { client, server } = await join();
        const sent: Buffer[] = [];
        let names: string[] = [];
        let number = 0;
        for (const step of actions) {
          if ('send' in step) {
            const bytes = randomBytes(step.send);
            sent.push(bytes);
            client.send(bytes);
          } else if ('add' in step) {
            const name = `t${(number += 1)}`;
            await add(name, step.add.type, step.add.attributes);
            names.push(name);
          } else if ('remove' in step) {
            const name = names[step.remove % Math.max(names.length, 1)];
            if (name !== undefined) await remove(name);
            names = names.filter((other) => other !== name);
          } else await sleep(step.pauseMs);
        }
        const expected = Buffer.concat(sent);
        await eventually(() => expect(server.receivedBytes).toBe(expected.length));
        expect(server.received().equals(expected)).toBe(true);
        client.socket.end();
        await server.peerFinished;
        expect(server.receivedBytes).toBe(expected.length);
        for (const name of names) await remove(name);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
}
