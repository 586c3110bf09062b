/** What runs on each thread: searches one key after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { searchPartition } from '../partition.ts';
import { Allowance } from '../search/budget.ts';
import type { Done, Task, ThreadSettings } from './messages.ts';
import { loadModel } from './model-source.ts';

const { source, budget, stopped } = workerData as ThreadSettings;
const stop = new Int32Array(stopped);
const signal = {
  get aborted() {
    return Atomics.load(stop, 0) !== 0;
  },
};
const model = await loadModel(source);

parentPort?.on('message', ({ index, operations }: Task) => {
  const allowance = new Allowance(budget, signal);
  const reason = allowance.interrupted();
  const searched =
    reason === undefined
      ? searchPartition(model, operations, allowance, signal)
      : ({ kind: 'undecided', reason } as const);
  parentPort?.postMessage({ index, searched } satisfies Done);
});
