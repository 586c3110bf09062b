/** A few of a register's operations as a history of their own: what the way from a finding to its core tries again and again. */
import { type Actions, at, initialValue, none, timeAt } from './actions.ts';

/** Before all calls. A finite number: what has no call at all, such as the initial value, is something else. */
const beforeAll = -Number.MAX_VALUE;

/**
 * @param indices of operations that were not refused, in ascending order.
 * @param timed those of them that keep their times; the others may run at any time.
 */
export function restrict(actions: Actions, indices: readonly number[], timed: ReadonlySet<number>): Actions {
  const count = indices.length;
  const outcome = new Uint8Array(count);
  const sees = new Int32Array(count);
  const leaves = new Int32Array(count);
  const call = new Float64Array(count).fill(beforeAll);
  const end = new Float64Array(count).fill(Infinity);
  const numbers = new Map([[initialValue, initialValue]]);
  const numberOf = (value: number) => {
    if (value === none) return none;
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  };
  // By call, so those that may run at any time come first.
  const byCall = [
    ...indices.filter((index) => !timed.has(index)),
    ...indices.filter((index) => timed.has(index)),
  ];
  for (const [place, index] of byCall.entries()) {
    outcome[place] = actions.outcome[index] ?? 0;
    sees[place] = numberOf(at(actions.sees, index));
    leaves[place] = numberOf(at(actions.leaves, index));
    if (!timed.has(index)) continue;
    call[place] = timeAt(actions.call, index);
    end[place] = timeAt(actions.end, index);
  }
  return {
    operations: [],
    values: [],
    valueCount: numbers.size,
    outcome,
    sees,
    leaves,
    misses: undefined,
    call,
    end,
    contradiction: none,
    refused: new Map(),
  };
}
