import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import type { Endpoint } from '../node/connection.ts';
import { seededRandom } from '../node/statistics.ts';
import type { Tally } from './client.ts';
import { runSoakClient } from './client.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A node with registers that are one map; `spoil` may answer in its stead. */
async function serve(
  spoil: (registers: Map<string, string>) => RequestListener | undefined,
): Promise<Endpoint> {
  const registers = new Map<string, string>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const spoiled = spoil(registers);
      if (spoiled !== undefined) {
        spoiled(request, response);
        return;
      }
      if (request.method === 'GET') {
        response.end(JSON.stringify({ value: registers.get(path) ?? null }));
        return;
      }
      const { value } = JSON.parse(Buffer.concat(chunks).toString()) as { value: string };
      registers.set(path, value);
      response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a server has an address');
  return { host: '127.0.0.1', port: address.port };
}

async function soak(endpoints: readonly Endpoint[], operations: number): Promise<Tally> {
  const tally: Tally = { ok: 0, refused: 0, unknown: 0, wrong: [] };
  await runSoakClient({
    id: 1,
    endpoints,
    everyMs: 1,
    keys: 3,
    valueBytes: 20,
    random: seededRandom(1),
    isOver: () => tally.ok + tally.refused + tally.unknown >= operations,
    tally,
  });
  return tally;
}

test('right answers are counted', async () => {
  const node = await serve(() => undefined);
  expect(await soak([node], 100)).toEqual({ ok: 100, refused: 0, unknown: 0, wrong: [] });
});

test('a lost write is seen, and said in words', async () => {
  let requests = 0;
  const node = await serve((registers) => {
    requests += 1;
    if (requests === 50) registers.clear();
    return undefined;
  });
  const { wrong } = await soak([node], 100);
  expect(wrong[0]).toMatch(
    /^client 1, operation \d+: a read of \/registers\/c1-k\d saw null, which it cannot hold$/,
  );
});

test('refusals and answers that never come are no wrong answers, and the other members are asked on', async () => {
  let requests = 0;
  const shaky = await serve(() => {
    requests += 1;
    if (requests % 3 === 0) return (request) => request.socket.destroy();
    return (_, response) => response.writeHead(503).end('{"type":"no-leader"}');
  });
  const node = await serve(() => undefined);
  const { ok, refused, unknown, wrong } = await soak([node, shaky], 60);
  expect([ok, refused, unknown, wrong]).toEqual([30, 20, 10, []]);
});
