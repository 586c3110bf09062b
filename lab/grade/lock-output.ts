import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { LabError } from '../lab-error.ts';

/**
 * Keeps a second grading out of the same folder. The lock is a socket of Linux's abstract namespace, which the kernel takes away however its owner ends.
 * @throws LabError `store` while another grading holds it
 */
export async function lockOutput(out: string): Promise<Disposable> {
  const path = await realpath(out);
  const name = createHash('sha256').update(path).digest('hex').slice(0, 32);
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new LabError(
          'store',
          cause.code === 'EADDRINUSE'
            ? `another grading is at work in ${out}; wait for it, or name another place with --out.`
            : `cannot lock ${out}: ${cause.message}`,
          { cause },
        ),
      ),
    );
    server.listen({ path: `\0raft-lab-grade-${name}` }, () => {
      server.unref();
      resolve({ [Symbol.dispose]: () => void server.close() });
    });
  });
}
