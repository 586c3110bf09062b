/** One key's history from operations to a result: picks the engine, and puts the answers of all keys together. */
import type { Actions } from './blocks/actions.ts';
import { checkRegister } from './blocks/check-blocks.ts';
import { explainStuck, findStuck, type Stuck } from './explain/stuck.ts';
import type { Model, ModelState } from './model.ts';
import { Looks, type Operation, sortedByCall } from './operation.ts';
import type { CheckResult, PartitionResult, Verdict } from './result.ts';
import type { Allowance, StopSignal } from './search/budget.ts';
import { search } from './search/search.ts';

export interface PartitionOptions {
  readonly signal?: StopSignal;
  readonly engine?: 'best' | 'search';
}

/** One key's operations, by call. */
export type Part<Input, Output> = readonly [key: string, operations: readonly Operation<Input, Output>[]];

/**
 * Keys in the order of their first call. A long history is larger than the caches of a processor, so each operation is looked at once,
 * and where all have one key, and are by call already, the given array is its part.
 * @throws HistoryError where an interval is not one, or two operations share an id.
 */
export function partition<State extends ModelState, Input, Output>(
  { partition: keyOf }: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): readonly Part<Input, Output>[] {
  const looks = new Looks();
  let firstKey: string | undefined;
  let hasOneKey = true;
  for (const operation of operations) {
    looks.at(operation);
    const key = keyOf?.(operation.input) ?? '';
    firstKey ??= key;
    if (key !== firstKey) hasOneKey = false;
  }
  looks.end(operations);
  const byCall = looks.isByCall ? operations : sortedByCall(operations);
  if (hasOneKey && (firstKey !== undefined || keyOf === undefined)) return [[firstKey ?? '', byCall]];
  const parts = new Map<string, Operation<Input, Output>[]>();
  for (const operation of byCall) {
    const key = keyOf?.(operation.input) ?? '';
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [operation]);
    else part.push(operation);
  }
  return [...parts];
}

/** @param operations of one key, by call. */
export function checkPartition<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  key: string,
  operations: readonly Operation<Input, Output>[],
  allowance: Allowance,
  options: PartitionOptions,
): PartitionResult {
  const stopped = allowance.interrupted();
  if (stopped !== undefined) return { key, verdict: 'undecided', engine: 'search', reason: stopped };
  let actions: Actions | undefined;
  if (model.register !== undefined && options.engine !== 'search') {
    const result = checkRegister(model.register, operations, key);
    switch (result.kind) {
      case 'linearizable':
        return { key, verdict: 'linearizable', engine: 'blocks', order: result.order };
      case 'illegal':
        return { key, verdict: 'illegal', engine: 'blocks', violation: result.violation };
      case 'unsuited':
        actions = result.actions;
    }
  }
  const searched = searchPartition(model, operations, allowance, options.signal, actions);
  return resultOfSearch(model, key, operations, searched);
}

/** What the search found, in ids and without functions, so that it can cross to another thread. */
export type Searched =
  | { readonly kind: 'linearizable'; readonly order: readonly number[] }
  | { readonly kind: 'illegal'; readonly stuck: Stuck }
  | { readonly kind: 'undecided'; readonly reason: string };

/**
 * @param operations of one key, by call.
 * @param actions the same as a register's, where they were read already.
 */
export function searchPartition<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  allowance: Allowance,
  signal: StopSignal | undefined,
  actions?: Actions,
): Searched {
  const result = search(model, operations, allowance, actions);
  switch (result.kind) {
    case 'linearizable':
      return { kind: 'linearizable', order: result.order.map((index) => operations[index]?.id ?? index) };
    case 'illegal': {
      const completing = result.completing ?? whereStuck(model, operations, allowance);
      return { kind: 'illegal', stuck: findStuck(model, operations, completing, signal) };
    }
    case 'undecided':
      return result;
  }
}

/** Where a search without foresight got stuck; `undefined` if the allowance ends it. */
function whereStuck<State extends ModelState, Input, Output>(
  { foresee: _, ...model }: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  allowance: Allowance,
): number | undefined {
  const result = search(model, operations, allowance);
  return result.kind === 'illegal' ? result.completing : undefined;
}

/** The result in full, from the same operations. */
export function resultOfSearch<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  key: string,
  operations: readonly Operation<Input, Output>[],
  searched: Searched,
): PartitionResult {
  switch (searched.kind) {
    case 'linearizable':
      return { key, verdict: 'linearizable', engine: 'search', order: searched.order };
    case 'illegal': {
      const { stuck } = searched;
      const violation = explainStuck(model, key, operations, stuck);
      const { completing } = stuck;
      const known = completing !== undefined && { completing };
      return { key, verdict: 'illegal', engine: 'search', violation, ...known };
    }
    case 'undecided':
      return { key, verdict: 'undecided', engine: 'search', reason: searched.reason };
  }
}

/** Illegal if any is, else undecided if any is. */
export function combine<Part extends PartitionResult>(
  partitions: readonly Part[],
): CheckResult & { readonly partitions: readonly Part[] } {
  const has = (verdict: Verdict) => partitions.some((each) => each.verdict === verdict);
  if (has('illegal')) return { verdict: 'illegal', partitions };
  if (!has('undecided')) return { verdict: 'linearizable', partitions };
  const reasons = partitions.flatMap(({ key, reason }) =>
    reason === undefined ? [] : key === '' ? reason : `key ${key}: ${reason}`,
  );
  return { verdict: 'undecided', reason: reasons.join('; '), partitions };
}
