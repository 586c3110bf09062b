/** Blocks: a first value, what compare-and-sets made of it one after the other, and who read each. */
import { type Actions, at, initialValue, none } from './actions.ts';
import type { Finding } from './finding.ts';
import type { Writers } from './writers.ts';

export interface Chains extends Writers {
  /** For each value, the one a compare-and-set made of it, or `none`. */
  readonly nextValue: Int32Array;
  /** For each value, the first operation by call that read it, or `none`; for each operation, the next that read the same. */
  readonly firstRead: Int32Array;
  readonly nextRead: Int32Array;
  /** The values that begin a block: the initial one, and those that a plain write left. */
  readonly firstValues: Int32Array;
}

/** Links each value to the one that a compare-and-set made of it. O(n). */
export function linkChains(actions: Actions, writers: Writers): Chains | Finding {
  const { sees, leaves, valueCount } = actions;
  const { writer } = writers;
  const nextValue = new Int32Array(valueCount).fill(none);
  const firstValues = new Int32Array(valueCount);
  let blockCount = 1;
  firstValues[0] = initialValue;
  for (let value = 0; value < valueCount; value++) {
    const operation = at(writer, value);
    if (operation === none) continue;
    const from = at(sees, operation);
    if (from === none) {
      firstValues[blockCount++] = value;
      continue;
    }
    const other = at(nextValue, from);
    if (other !== none) return { kind: 'two swaps', first: at(writer, other), second: operation };
    nextValue[from] = value;
  }

  const firstRead = new Int32Array(valueCount).fill(none);
  const nextRead = new Int32Array(sees.length).fill(none);
  for (let index = sees.length - 1; index >= 0; index--) {
    const value = at(sees, index);
    if (value === none || at(leaves, index) !== none) continue;
    nextRead[index] = at(firstRead, value);
    firstRead[value] = index;
  }
  const chains = {
    ...writers,
    nextValue,
    firstRead,
    nextRead,
    firstValues: firstValues.subarray(0, blockCount),
  };
  return findCircle(actions, chains) ?? chains;
}

/** Every value follows from at most one other and is followed by at most one: what no block reaches runs in circles. */
function findCircle(actions: Actions, chains: Chains): Finding | undefined {
  const { writer, nextValue, firstValues } = chains;
  const reached = new Uint8Array(nextValue.length);
  for (let block = 0; block < firstValues.length; block++) {
    for (let value = at(firstValues, block); value !== none; value = at(nextValue, value)) reached[value] = 1;
  }
  let start = 0;
  while (start < reached.length && (reached[start] === 1 || writer[start] === none)) start++;
  if (start === reached.length) return undefined;
  const swaps: number[] = [];
  let value = start;
  do {
    swaps.push(at(writer, value));
    value = at(actions.sees, at(writer, value));
  } while (value !== start);
  return { kind: 'circle', swaps: swaps.reverse() };
}

/** Calls `visit` with each operation of a block, in the only order of writers and one of the possible orders of reads. */
export function walkBlock(chains: Chains, firstValue: number, visit: (operation: number) => void): void {
  for (let value = firstValue; value !== none; value = at(chains.nextValue, value)) {
    const operation = at(chains.writer, value);
    if (operation !== none) visit(operation);
    for (let read = at(chains.firstRead, value); read !== none; read = at(chains.nextRead, read)) visit(read);
  }
}
