/** One process for each data directory: two would interleave their logs, and each would take the other's votes for its own. */
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { StorageError } from './storage.ts';

/**
 * Holds the directory until the process ends, however it ends, or until the lock is disposed of. The lock is a name in Linux's abstract socket namespace: it needs no
 * file that a killed process would leave behind, and it is seen by every process of the same network namespace. On other systems nothing is locked.
 * @throws StorageError `in-use` when another process holds it, `unreadable` when there is no such directory.
 */
export async function lockDirectory(directory: string): Promise<AsyncDisposable> {
  const found = await stat(directory).catch((cause: unknown) => {
    throw new StorageError(
      'unreadable',
      `RAFT_DATA: expected an existing directory, ${directory} cannot be used: ${String(cause)}.`,
      { cause },
    );
  });
  if (process.platform !== 'linux') return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(`\0raft-lab-node/${found.dev}/${found.ino}`);
    await once(server, 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new StorageError(
      'in-use',
      `RAFT_DATA: another process uses ${directory}. Stop that one, or give this node a directory of its own.`,
      { cause },
    );
  }
  server.unref();
  return { [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}
