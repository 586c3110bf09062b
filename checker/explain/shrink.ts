/** Delta debugging: the few answers that cannot all be right, whatever the other operations did. */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import { Allowance, type StopSignal } from '../search/budget.ts';
import { search } from '../search/search.ts';

/** What shrinking may cost in all; when it is used up, what was reached by then is the answer. */
const shrinkBudget = { steps: 500_000, bytes: 100_000_000 };

/**
 * Weakens operations for as long as no order explains the rest: a weakened one may have taken effect at any time after its call, or never,
 * and its answer counts for nothing. What cannot be weakened any more is returned: of these, no single one can.
 * Removing operations instead would leave reads without their writes and blame the innocent.
 * @param operations by call, none refused.
 * @param suspects some of them, illegal even where all others are weakened.
 */
export function shrink<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  suspects: ReadonlySet<Operation<Input, Output>>,
  signal?: StopSignal,
): readonly Operation<Input, Output>[] {
  const allowance = new Allowance(shrinkBudget, signal);
  const isIllegal = (kept: ReadonlySet<Operation<Input, Output>>) =>
    search(
      model,
      operations.map((operation) => (kept.has(operation) ? operation : weaken(operation))),
      allowance,
    ).kind === 'illegal';

  let kept: ReadonlySet<Operation<Input, Output>> = new Set(
    operations.filter((operation) => suspects.has(operation) && operation.outcome === 'ok'),
  );
  for (let size = kept.size >> 1; size >= 1;) {
    let shrunk = false;
    const all = [...kept];
    for (let from = 0; from < all.length; from += size) {
      const fewer = kept.difference(new Set(all.slice(from, from + size)));
      if (fewer.size === kept.size || !isIllegal(fewer)) continue;
      kept = fewer;
      shrunk = true;
    }
    // A pass without success at one operation a time is the end: nothing more can go.
    if (size === 1 && !shrunk) break;
    size = Math.max(1, size >> 1);
  }
  return operations.filter((operation) => kept.has(operation));
}

function weaken<Input, Output>(operation: Operation<Input, Output>): Operation<Input, Output> {
  return { ...operation, outcome: 'info', output: undefined, return: Infinity };
}
