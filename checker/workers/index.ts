/**
 * `porcupine-ts/workers`: the same check with keys searched side by side on threads of Node. The main entry needs nothing of Node; this one does.
 */
import { availableParallelism } from 'node:os';
import { checkRegister } from '../blocks/check-blocks.ts';
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import { checkPartition, combine, partition, resultOfSearch } from '../partition.ts';
import type { CheckResult, PartitionResult } from '../result.ts';
import { Allowance, type Budget, defaultBudget } from '../search/budget.ts';
import { search } from '../search/search.ts';
import type { Task } from './messages.ts';
import { loadModel, type ModelSource } from './model-source.ts';
import { searchOnThreads } from './threads.ts';

export type { ModelSource } from './model-source.ts';

export interface WorkerOptions {
  /** For each key by itself, unlike `checkOperations`: so the verdict does not depend on which thread was faster. */
  readonly budget?: Partial<Budget>;
  /** Looked at while the threads work; a check that it ends is undecided where no key is illegal. */
  readonly signal?: AbortSignal;
  readonly engine?: 'best' | 'search';
  /** Default: as many as the machine can run at once. */
  readonly threads?: number;
  /** A key is first searched for so many steps on the calling thread, and handed to another only if that is not enough. Default: 20,000. */
  readonly stepsAtOnce?: number;
}

/** A thread takes tens of milliseconds to start, and operations time to be copied to it: as long as about so many steps. */
const defaultStepsAtOnce = 20_000;

/**
 * As `checkOperations`. What the linear algorithm or a short search decides is decided at once on the calling thread, which is faster than handing it to another;
 * only the keys that are harder are shared out. Inputs and outputs are copied to the threads, so they are plain data.
 * @throws HistoryError as `checkOperations`; TypeError where the source names no model.
 */
export async function checkOperationsInWorkers<Input, Output>(
  source: ModelSource,
  operations: readonly Operation<Input, Output>[],
  options: WorkerOptions = {},
): Promise<CheckResult> {
  const model = await loadModel<ModelState, Input, Output>(source);
  const parts = partition(model, operations);
  const results = parts.map(([key, part]) => decidedAtOnce(model, key, part, options));
  const tasks = parts
    .flatMap(([, part], index): Task[] => (results[index] === undefined ? [{ index, operations: part }] : []))
    .sort((a, b) => b.operations.length - a.operations.length);
  const { threads = availableParallelism(), signal } = options;
  const budget = { ...defaultBudget, ...options.budget };
  if (tasks.length < 2 || threads < 2) {
    const here = parts.map(
      ([key, part], index) =>
        results[index] ??
        checkPartition(model, key, part, new Allowance(budget, signal), { ...options, engine: 'search' }),
    );
    return combine(here);
  }
  const stopped = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const stop = () => Atomics.store(new Int32Array(stopped), 0, 1);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop);
  try {
    const found = await searchOnThreads(tasks, threads, { source, budget, stopped });
    return combine(
      parts.map(([key, part], index): PartitionResult => {
        const searched = found.get(index);
        return (
          results[index] ??
          (searched === undefined
            ? { key, verdict: 'undecided', engine: 'search', reason: 'no thread searched it' }
            : resultOfSearch(model, key, part, searched))
        );
      }),
    );
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** By the linear algorithm if it can tell, or where an order is soon found. Explaining what the search finds wrong takes longer than that. */
function decidedAtOnce<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  key: string,
  operations: readonly Operation<Input, Output>[],
  options: WorkerOptions,
): PartitionResult | undefined {
  const { engine, signal, stepsAtOnce = defaultStepsAtOnce } = options;
  if (signal?.aborted === true) return undefined;
  const byBlocks = engine === 'search' ? undefined : decidedByBlocks(model, key, operations);
  const { steps, bytes } = { ...defaultBudget, ...options.budget };
  if (byBlocks !== undefined || stepsAtOnce === 0) return byBlocks;
  const found = search(
    model,
    operations,
    new Allowance({ steps: Math.min(steps, stepsAtOnce), bytes }, signal),
  );
  if (found.kind !== 'linearizable') return undefined;
  const order = found.order.map((index) => operations[index]?.id ?? index);
  return resultOfSearch(model, key, operations, { kind: 'linearizable', order });
}

function decidedByBlocks<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  key: string,
  operations: readonly Operation<Input, Output>[],
): PartitionResult | undefined {
  if (model.register === undefined) return undefined;
  const result = checkRegister(model.register, operations, key);
  switch (result.kind) {
    case 'linearizable':
      return { key, verdict: 'linearizable', engine: 'blocks', order: result.order };
    case 'illegal':
      return { key, verdict: 'illegal', engine: 'blocks', violation: result.violation };
    case 'unsuited':
      return undefined;
  }
}
