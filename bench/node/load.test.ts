import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from './connection.ts';
import { runLoad } from './load.ts';
import { httpRequest } from './system.ts';
import { writeAll } from './write-all.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function serve(listener: RequestListener): Promise<Endpoint> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('expected a port');
  return { host: '127.0.0.1', port: address.port };
}

/** Long enough for many rounds even on a machine that stalls. */
const measuredMs = 500;

const load = (endpoints: readonly Endpoint[], clients: number): ReturnType<typeof runLoad> =>
  runLoad({
    endpoints,
    clients,
    requests: [httpRequest('GET', '/a'), httpRequest('GET', '/b')],
    isExpected: ({ status, body }) => status === 200 && body === 'ok',
    random: Math.random,
    rampMs: 0,
    measuredMs,
  });

describe('a closed loop', () => {
  test('keeps as many requests open as there are clients, spread over the endpoints, and counts the answers', async () => {
    const open = [0, 0];
    const most = [0, 0];
    let answered = 0;
    const endpoints = await Promise.all(
      [0, 1].map((at) =>
        serve((_request, response) => {
          open[at] = (open[at] ?? 0) + 1;
          most[at] = Math.max(most[at] ?? 0, open[at]);
          setTimeout(() => {
            open[at] = (open[at] ?? 0) - 1;
            answered += 1;
            response.end('ok');
          }, 5);
        }),
      ),
    );
    const figures = await load(endpoints, 5);
    expect(most).toEqual([3, 2]);
    expect(figures.answered).toBe(answered);
    expect(figures.opsPerSecond).toBeLessThanOrEqual((answered * 1_000) / measuredMs);
    expect(figures.p50Ms).toBeGreaterThan(0);
    expect(figures.p99Ms).toBeGreaterThanOrEqual(figures.p50Ms);
  });

  test('ends at an answer that was not expected, and says which', async () => {
    const endpoint = await serve((_request, response) => response.writeHead(503).end('no leader'));
    await expect(load([endpoint], 2)).rejects.toThrow('an answer that was not expected: 503 no leader');
  });

  test('ends when a connection does', async () => {
    const endpoint = await serve((request) => request.socket.destroy());
    await expect(load([endpoint], 2)).rejects.toThrow('the connection was closed');
  });
});

test('each request once', async () => {
  const seen: (string | undefined)[] = [];
  const endpoint = await serve((request, response) => {
    seen.push(request.url);
    response.end('ok');
  });
  const paths = Array.from({ length: 10 }, (_, at) => `/${at}`);
  await writeAll(
    [endpoint],
    3,
    paths.map((path) => httpRequest('GET', path)),
    ({ status }) => status === 200,
  );
  expect(seen.sort()).toEqual(paths);
});
