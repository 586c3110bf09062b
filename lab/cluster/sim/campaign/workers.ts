/** Runs seeds in worker threads, one at a time in each. */
import { Worker } from 'node:worker_threads';
import { LabError } from '../../../lab-error.ts';
import { moduleBeside } from '../../../module-beside.ts';
import type { SeedSummary, SeedTask } from './seed-summary.ts';

/** A thread's heap: a run needs some 50 MB, and what it leaves behind is collected late. */
const heapMbMax = 512;
const sourceCondition = '--conditions=raft-lab:source';

export class Workers implements AsyncDisposable {
  readonly #workers: readonly Worker[];

  constructor(count: number) {
    const file = moduleBeside(import.meta.url, 'main');
    // Where this runs from source its threads do too, whatever program loaded it.
    const execArgv = file.endsWith('.ts') ? [...process.execArgv, sourceCondition] : process.execArgv;
    this.#workers = Array.from(
      { length: count },
      () => new Worker(file, { execArgv, resourceLimits: { maxOldGenerationSizeMb: heapMbMax } }),
    );
  }

  /**
   * Runs what `next` gives, until it gives undefined. `see` is called with each summary, in the order in which runs end.
   * @throws LabError when a run could not be carried out, with the seed.
   */
  async run(next: () => SeedTask | undefined, see: (summary: SeedSummary) => void): Promise<void> {
    await Promise.all(
      this.#workers.map(async (worker) => {
        for (let task = next(); task !== undefined; task = next()) see(await oneRun(worker, task));
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function oneRun(worker: Worker, task: SeedTask): Promise<SeedSummary> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', take);
      worker.off('error', fail);
    };
    const take = (summary: SeedSummary): void => {
      settle();
      resolve(summary);
    };
    const fail = (cause: unknown): void => {
      settle();
      const reason = cause instanceof Error ? cause.message : String(cause);
      reject(
        new LabError('environment', `The run of seed ${task.seed} could not be made: ${reason}`, { cause }),
      );
    };
    worker.once('message', take);
    worker.once('error', fail);
    worker.postMessage(task);
  });
}
