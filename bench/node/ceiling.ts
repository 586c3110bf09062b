/** What the load generator itself can do: the same load against a server that does nothing but answer. */
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { parentPort, Worker } from 'node:worker_threads';
import type { Figures } from './load.ts';
import { runLoad } from './load.ts';
import { httpRequest } from './system.ts';

const answer = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
);

/** Listens in a thread of its own, and tells its port. */
function serve(): void {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    // A request of this load comes in one piece.
    socket.on('data', () => socket.write(answer));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    parentPort?.postMessage(typeof address === 'object' ? address?.port : undefined);
  });
}

export interface CeilingRow extends Omit<Figures, 'answered'> {
  readonly clients: number;
}

/** The most operations a second that this load generator makes with so many clients, on as many cores as there are. */
export async function measureCeiling(clients: number, measuredMs: number): Promise<CeilingRow> {
  const worker = new Worker(import.meta.filename);
  try {
    const port = await new Promise<number>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    const { answered: _answered, ...figures } = await runLoad({
      endpoints: [{ host: '127.0.0.1', port }],
      clients,
      requests: [httpRequest('PUT', '/registers/x', { value: 'v'.repeat(100) })],
      isExpected: ({ status }) => status === 200,
      random: Math.random,
      rampMs: Math.min(500, measuredMs / 4),
      measuredMs,
    });
    return { clients, ...figures };
  } finally {
    await worker.terminate();
  }
}

export const cores = availableParallelism();

if (parentPort !== null) serve();
