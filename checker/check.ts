/** The front door: splits a history by key, checks each, and puts the answers together. */
import { type OperationEvent, toOperations } from './events.ts';
import type { Model, ModelState } from './model.ts';
import type { Operation } from './operation.ts';
import { checkPartition, combine, partition } from './partition.ts';
import { longestPrefix } from './prefix.ts';
import type { CheckResult, VerboseResult } from './result.ts';
import { Allowance, type Budget, defaultBudget, type StopSignal } from './search/budget.ts';

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
  const allowance = allowanceOf(options);
  return combine(
    partition(model, operations).map(([key, part]) => checkPartition(model, key, part, allowance, options)),
  );
}

/**
 * The same for a history as a list of calls and returns, in the order in which they were recorded.
 * @throws HistoryError as `checkOperations`, and where calls and returns do not pair.
 */
export function checkEvents<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  events: readonly OperationEvent<Input, Output>[],
  options: CheckOptions = {},
): CheckResult {
  return checkOperations(model, toOperations(events), options);
}

/**
 * As `checkOperations`, and says of every key how far an order reaches, whatever the verdict of the others: what `drawHistory` needs
 * to show where a history broke. It costs a second look at the keys that are illegal, out of the same budget.
 */
export function checkOperationsVerbose<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): VerboseResult {
  const allowance = allowanceOf(options);
  return combine(
    partition(model, operations).map(([key, part]) => {
      const result = checkPartition(model, key, part, allowance, options);
      const prefix = longestPrefix(model, part, result, allowance);
      return prefix === undefined ? result : { ...result, prefix };
    }),
  );
}

/** As `checkOperationsVerbose`, for a list of calls and returns. Positions are indices of `events`. */
export function checkEventsVerbose<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  events: readonly OperationEvent<Input, Output>[],
  options: CheckOptions = {},
): VerboseResult {
  return checkOperationsVerbose(model, toOperations(events), options);
}

function allowanceOf({ budget, signal }: CheckOptions): Allowance {
  return new Allowance({ ...defaultBudget, ...budget }, signal);
}
