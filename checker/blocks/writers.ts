/** Which values are needed, by whom, and who wrote each: the first step of the block algorithm. */
import { type Actions, at, initialValue, none } from './actions.ts';
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
  const { operations, sees, leaves, refused, values } = actions;
  const count = operations.length;
  const lastWriter = new Int32Array(values.length).fill(none);
  const writerBefore = new Int32Array(count).fill(none);
  for (let index = 0; index < count; index++) {
    const value = at(leaves, index);
    if (value === none) continue;
    writerBefore[index] = at(lastWriter, value);
    lastWriter[value] = index;
  }

  const neededBy = new Int32Array(values.length).fill(none);
  const pending: number[] = [];
  const need = (operation: number) => {
    const value = at(sees, operation);
    if (value === none || neededBy[value] !== none) return;
    neededBy[value] = operation;
    pending.push(value);
  };
  for (let index = 0; index < count; index++) if (operations[index]?.outcome === 'ok') need(index);
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (value !== initialValue && lastWriter[value] === none) {
      const reader = at(neededBy, value);
      const finding = { kind: 'unwritten', reader, refused: at(refused, value) } as const;
      return { kind: 'finding', finding, neededBy };
    }
    // A sole writer took effect, so what it found is needed too. One of several may not have; those make the values repeat anyway.
    const sole = at(lastWriter, value);
    if (value !== initialValue && at(writerBefore, sole) === none) need(sole);
  }

  const writer = new Int32Array(values.length).fill(none);
  for (let value = 0; value < values.length; value++) {
    for (let index = at(lastWriter, value); index !== none; index = at(writerBefore, index)) {
      if (neededBy[value] === none && operations[index]?.outcome !== 'ok') continue;
      if (value === initialValue || writer[value] !== none) return { kind: 'repeated' };
      writer[value] = index;
    }
  }
  return { kind: 'unique', writers: { writer, neededBy } };
}
