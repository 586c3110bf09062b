/** The front door: splits a history by key, picks the engine for each, and puts the answers together. */
import { checkRegister } from './blocks/check-blocks.ts';
import type { Model, ModelState } from './model.ts';
import { type Operation, sortedByCall, validateOperations } from './operation.ts';
import type { CheckResult, PartitionResult, Verdict } from './result.ts';
import { Allowance, type Budget, defaultBudget, type StopSignal } from './search/budget.ts';
import { search } from './search/search.ts';
import { explainStuck } from './explain/stuck.ts';

export interface CheckOptions {
  /** What the search may cost; the linear algorithm for registers needs none. Default: `defaultBudget`. */
  readonly budget?: Partial<Budget>;
  /** Looked at before each key and every thousand steps; a check that it ends is undecided. */
  readonly signal?: StopSignal;
  /** `search` keeps the linear algorithm for registers out, for those who want to compare the two. */
  readonly engine?: 'best' | 'search';
}

/**
 * Decides whether a history is linearizable. Exact for every outcome: `ok` operations must have taken effect between call and return,
 * `info` ones may have at any time after their call, `fail` ones must not.
 * @throws HistoryError where the operations are no history, or an output does not fit its input.
 */
export function checkOperations<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): CheckResult {
  validateOperations(operations);
  const allowance = new Allowance({ ...defaultBudget, ...options.budget }, options.signal);
  const partitions: PartitionResult[] = [];
  for (const [key, part] of partition(model, sortedByCall(operations))) {
    partitions.push(checkPartition(model, key, part, allowance, options));
  }
  return combine(partitions);
}

/** Keys in the order of their first call; the operations of each by call. */
function partition<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): ReadonlyMap<string, readonly Operation<Input, Output>[]> {
  if (model.partition === undefined) return new Map([['', operations]]);
  const parts = new Map<string, Operation<Input, Output>[]>();
  for (const operation of operations) {
    const key = model.partition(operation.input);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [operation]);
    else part.push(operation);
  }
  return parts;
}

function checkPartition<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  key: string,
  operations: readonly Operation<Input, Output>[],
  allowance: Allowance,
  options: CheckOptions,
): PartitionResult {
  const stopped = allowance.interrupted();
  if (stopped !== undefined) return { key, verdict: 'undecided', engine: 'search', reason: stopped };
  if (model.register !== undefined && options.engine !== 'search') {
    const result = checkRegister(model.register, operations, key);
    switch (result.kind) {
      case 'linearizable':
        return { key, verdict: 'linearizable', engine: 'blocks', order: result.order };
      case 'illegal':
        return { key, verdict: 'illegal', engine: 'blocks', violation: result.violation };
      case 'unsuited':
        break;
    }
  }
  const possible = operations.filter(({ outcome }) => outcome !== 'fail');
  const result = search(model, possible, allowance);
  switch (result.kind) {
    case 'linearizable': {
      const order = result.order.flatMap((index) => possible[index]?.id ?? []);
      return { key, verdict: 'linearizable', engine: 'search', order };
    }
    case 'illegal': {
      const violation = explainStuck(model, key, possible, result.completing, options.signal);
      return { key, verdict: 'illegal', engine: 'search', violation };
    }
    case 'undecided':
      return { key, verdict: 'undecided', engine: 'search', reason: result.reason };
  }
}

function combine(partitions: readonly PartitionResult[]): CheckResult {
  const has = (verdict: Verdict) => partitions.some((partition) => partition.verdict === verdict);
  if (has('illegal')) return { verdict: 'illegal', partitions };
  if (!has('undecided')) return { verdict: 'linearizable', partitions };
  const reasons = partitions.flatMap(({ key, reason }) =>
    reason === undefined ? [] : key === '' ? reason : `key ${key}: ${reason}`,
  );
  return { verdict: 'undecided', reason: reasons.join('; '), partitions };
}
