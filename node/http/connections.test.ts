/** Thousands of connections that say nothing, or little: they cost the node little, and keep nobody else out for long. */
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { TestCluster, until } from '../testing/processes.ts';

const connections = 3_000;
/** Far more than idle connections take (about 10 KiB each), and far less than a body buffered for each would. */
const maxGrowthKiB = 200 * 1_024;

async function residentKiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
}

describe('a node with thousands of connections', () => {
  (process.platform === 'linux' ? test : test.skip)(
    'answers others, and keeps its memory bounded',
    async () => {
      await using cluster = await TestCluster.start(1);
      const port = cluster.clientPort('n1');
      const before = await residentKiB(cluster.pid('n1'));
      const sockets: Socket[] = [];
      let opened = 0;
      for (let at = 0; at < connections; at += 1) {
        const socket = connect(port, '127.0.0.1', () => {
          opened += 1;
          // One in three is silent, one stops in its headers, and one in its body.
          if (at % 3 === 1) socket.write('GET /status HTTP/1.1\r\nhost: n\r\nx-slow:');
          if (at % 3 === 2) {
            socket.write(
              'PUT /registers/x HTTP/1.1\r\nhost: n\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n{"value":"',
            );
          }
        });
        socket.on('error', () => undefined);
        sockets.push(socket);
      }
      await until('all are connected', () => Promise.resolve(opened === connections));
      await cluster.write('n1', 'x', 'served');
      expect(await cluster.read('n1', 'x')).toBe('served');
      expect((await residentKiB(cluster.pid('n1'))) - before).toBeLessThan(maxGrowthKiB);
      for (const socket of sockets) socket.destroy();
      await cluster.write('n1', 'x', 'after');
    },
    120_000,
  );
});
