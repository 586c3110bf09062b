/** How far an order reaches: the longest beginning of a history that is linearizable, and where exactly it ends. */
import { actionOf } from './blocks/actions.ts';
import { checkRegister } from './blocks/check-blocks.ts';
import type { RegisterView } from './blocks/register-view.ts';
import type { Model, ModelState } from './model.ts';
import { RegisterMonitor } from './monitor/register-monitor.ts';
import type { Operation } from './operation.ts';
import type { LongestPrefix, PartitionResult } from './result.ts';
import type { Allowance } from './search/budget.ts';
import { search } from './search/search.ts';

/**
 * @param operations of one key, by call.
 * @returns `undefined` where the verdict is undecided, or the budget did not suffice to find out.
 */
export function longestPrefix<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  result: PartitionResult,
  allowance: Allowance,
): LongestPrefix | undefined {
  switch (result.verdict) {
    case 'undecided':
      return undefined;
    case 'linearizable':
      return { until: Infinity, completing: undefined, order: result.order ?? [] };
    case 'illegal':
      break;
  }
  const possible = operations.filter(({ outcome }) => outcome !== 'fail');
  const broken = whereBroken(model, possible, result, allowance);
  if (broken === undefined) return undefined;
  const until = broken.return;
  const before = possible
    .filter(({ call }) => call <= until)
    .map((each) => (each.outcome === 'ok' && each.return >= until ? unanswered(each) : each));
  const order = orderOf(model, before, result.key, allowance);
  return order === undefined ? undefined : { until, completing: broken.id, order };
}

/** The operation at whose end no order was left. */
function whereBroken<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  possible: readonly Operation<Input, Output>[],
  { completing }: PartitionResult,
  allowance: Allowance,
): Operation<Input, Output> | undefined {
  if (model.register !== undefined) {
    const seen = watch(model.register, possible);
    if (seen.kind === 'broken') return seen.at;
  }
  // Values repeat, or some answer does not say what it saw: only a search knows.
  const ends = possible.filter(({ outcome }) => outcome === 'ok').sort((a, b) => a.return - b.return);
  // The search got stuck where it did because it knew the answers of what was still open; an order may reach further than that.
  const stuck = Math.max(
    0,
    ends.findIndex(({ id }) => id === completing),
  );
  return bisect(ends, stuck, (end) => {
    const found = search(model, upTo(possible, end.return), allowance);
    return found.kind === 'undecided' ? undefined : found.kind === 'illegal';
  });
}

/** The first from `low` on for which `holds` is true, as it is for all after that one; `undefined` where it cannot be told. */
function bisect<Element>(
  elements: readonly Element[],
  low: number,
  holds: (element: Element) => boolean | undefined,
): Element | undefined {
  const first = elements[low];
  const atLow = first === undefined ? undefined : holds(first);
  if (atLow !== false) return atLow === undefined ? undefined : first;
  let below = low;
  let above = elements.length - 1;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    const element = elements[middle];
    const atMiddle = element === undefined ? undefined : holds(element);
    if (atMiddle === undefined) return undefined;
    if (atMiddle) above = middle;
    else below = middle;
  }
  return elements[above];
}

/** What was known at `position`: answers that came later are open. */
function upTo<Input, Output>(
  possible: readonly Operation<Input, Output>[],
  position: number,
): readonly Operation<Input, Output>[] {
  return possible
    .filter(({ call }) => call <= position)
    .map((each) => (each.outcome === 'ok' && each.return > position ? unanswered(each) : each));
}

type Watched<Input, Output> =
  { readonly kind: 'broken'; readonly at: Operation<Input, Output> } | { readonly kind: 'unsuited' };

/** Plays the history to a monitor, which is exact after every event. Calls come before the ends that they touch. */
function watch<Input, Output>(
  view: RegisterView<Input, Output>,
  possible: readonly Operation<Input, Output>[],
): Watched<Input, Output> {
  const monitor = new RegisterMonitor(view.initial);
  const byEnd = possible
    .filter(({ outcome }) => outcome === 'ok')
    .toSorted((a, b) => a.return - b.return || a.call - b.call);
  const ended = new Set<Operation<Input, Output>>();
  let called = 0;
  /** The oldest operation that has not ended; unknown ones are not waited for. */
  let oldest = 0;
  for (const operation of byEnd) {
    for (; called < possible.length; called++) {
      const next = possible[called];
      if (next === undefined || next.call > operation.return) break;
      // What it will have done is not known yet.
      const step = monitor.begin(next.id, view.action(next.input, undefined), next.call);
      if (step !== 'fine') return { kind: 'unsuited' };
    }
    const action = actionOf(view, operation);
    if (action.does === 'mismatch') return { kind: 'unsuited' };
    const { id, input, call } = operation;
    const refuted =
      action.does === 'swap' || action.does === 'write'
        ? 'fine'
        : monitor.refuse(id, view.action(input, undefined));
    const step = monitor.complete(id, action, call, operation.return);
    if (refuted === 'violation' || step === 'violation') return { kind: 'broken', at: operation };
    ended.add(operation);
    for (; oldest < called; oldest++) {
      const first = possible[oldest];
      if (first === undefined || (first.outcome === 'ok' && !ended.delete(first))) break;
    }
    monitor.forget(possible[oldest]?.call ?? Infinity);
  }
  return { kind: 'unsuited' };
}

function orderOf<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  before: readonly Operation<Input, Output>[],
  key: string,
  allowance: Allowance,
): readonly number[] | undefined {
  if (model.register !== undefined) {
    const result = checkRegister(model.register, before, key);
    if (result.kind === 'linearizable') return result.order;
  }
  const found = search(model, before, allowance);
  if (found.kind !== 'linearizable') return undefined;
  return found.order.flatMap((index) => before[index]?.id ?? []);
}

function unanswered<Input, Output>(operation: Operation<Input, Output>): Operation<Input, Output> {
  return { ...operation, outcome: 'info', output: undefined, return: Infinity };
}
