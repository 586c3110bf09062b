/** Hands keys out to threads, each the next one as soon as it is free. */
import { Worker } from 'node:worker_threads';
import type { Searched } from '../partition.ts';
import type { Done, Task, ThreadSettings } from './messages.ts';

/** From source and from the build the file beside this one has another ending. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

/**
 * @param tasks in the order in which they are begun: the longest first keeps the threads equally busy.
 * @returns what was found, by the tasks' indices.
 * @throws what a thread throws: an answer that does not fit its input, a model that cannot be loaded.
 */
export async function searchOnThreads(
  tasks: readonly Task[],
  threads: number,
  settings: ThreadSettings,
): Promise<ReadonlyMap<number, Searched>> {
  const found = new Map<number, Searched>();
  const waiting = tasks.values();
  const workers: Worker[] = [];
  try {
    await Promise.all(
      Array.from({ length: Math.min(threads, tasks.length) }, () => {
        const worker = new Worker(entry, { workerData: settings });
        workers.push(worker);
        return work(worker, waiting, found);
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return found;
}

/** Resolves when the worker is free and no task is waiting. */
function work(worker: Worker, waiting: Iterator<Task>, found: Map<number, Searched>): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveNext = () => {
      const next = waiting.next();
      if (next.done === true) resolve();
      else worker.postMessage(next.value);
    };
    worker.on('message', ({ index, searched }: Done) => {
      found.set(index, searched);
      giveNext();
    });
    worker.on('error', reject);
    worker.on('messageerror', reject);
    worker.on('exit', () => reject(new Error('A thread of the checker ended before its work was done.')));
    giveNext();
  });
}
