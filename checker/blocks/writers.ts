/** Which values are needed, by whom, and who wrote each: the first step of the block algorithm. */
import { type Actions, at, initialValue, none, outcomeNumbers } from './actions.ts';
import type { Finding } from './finding.ts';

export interface Writers {
  /** For each value, the operation that left it, or `none`. Unknown writers of values that nobody needs are left out. */
  readonly writer: Int32Array;
  /** For each value, an operation that sees it and certainly took effect, or `none`. */
  readonly neededBy: Int32Array;
}

export type WritersResult =
  | { readonly kind: 'unique'; readonly writers: Writers }
  /** Some value may have been written twice: the block algorithm does not apply. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'finding'; readonly finding: Finding; readonly neededBy: Int32Array };

/** Follows need from what was seen back to who wrote it. O(n). */
export function findWriters(actions: Actions): WritersResult {
  const { outcome, sees, leaves, refused, valueCount } = actions;
  const count = outcome.length;
  // Of the operations that would leave a value, the last, and before each of them the one before it, if any value has two.
  const lastWriter = new Int32Array(valueCount).fill(none);
  let writerBefore: Int32Array | undefined;
  for (let index = 0; index < count; index++) {
    const value = at(leaves, index);
    if (value === none) continue;
    const before = at(lastWriter, value);
    lastWriter[value] = index;
    if (before === none) continue;
    writerBefore ??= new Int32Array(count).fill(none);
    writerBefore[index] = before;
  }
  const oneBefore = (writer: number) => (writerBefore === undefined ? none : at(writerBefore, writer));

  const neededBy = new Int32Array(valueCount).fill(none);
  const pending = new Int32Array(valueCount);
  let pendingCount = 0;
  const need = (operation: number) => {
    const value = at(sees, operation);
    if (value === none || neededBy[value] !== none) return;
    neededBy[value] = operation;
    pending[pendingCount++] = value;
  };
  for (let index = 0; index < count; index++) {
    if (outcome[index] !== outcomeNumbers.ok) continue;
    need(index);
    while (pendingCount > 0) {
      const value = at(pending, --pendingCount);
      if (value === initialValue) continue;
      const sole = at(lastWriter, value);
      if (sole === none) {
        const reader = at(neededBy, value);
        const finding = { kind: 'unwritten', reader, refused: refused.get(value) ?? none } as const;
        return { kind: 'finding', finding, neededBy };
      }
      // A sole writer took effect, so what it found is needed too. One of several may not have; those make the values repeat anyway.
      if (oneBefore(sole) === none) need(sole);
    }
  }

  // Nothing in the array of the last writers is needed any more but the writers themselves.
  const writer = lastWriter;
  for (let value = 0; value < valueCount; value++) {
    let only: number = none;
    for (let index = at(lastWriter, value); index !== none; index = oneBefore(index)) {
      if (neededBy[value] === none && outcome[index] !== outcomeNumbers.ok) continue;
      if (value === initialValue || only !== none) return { kind: 'repeated' };
      only = index;
    }
    writer[value] = only;
  }
  return { kind: 'unique', writers: { writer, neededBy } };
}
