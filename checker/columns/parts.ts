/** Columns key by key, each in the shape that the block algorithm works on. */
import { type Actions, none, outcomeNumbers } from '../blocks/actions.ts';
import { decideBlocks } from '../blocks/blocks.ts';
import { actions, type RegisterColumns } from './register-columns.ts';

/** One key's rows by call. Values are numbered anew, from the initial one, which is 0. Typed arrays only: it can cross to another thread. */
export interface Part {
  readonly key: number;
  readonly rows: Uint32Array;
  readonly call: Float64Array;
  readonly end: Float64Array;
  readonly outcome: Uint8Array;
  readonly sees: Int32Array;
  readonly leaves: Int32Array;
  readonly misses: Int32Array | undefined;
  readonly valueCount: number;
  /** The place of a row that contradicts itself, or `none`. */
  readonly contradiction: number;
}

/** How a part was decided; `explain` where there is a violation, `search` where this algorithm does not apply. */
export type PartVerdict =
  { readonly kind: 'ordered'; readonly order: Uint32Array } | { readonly kind: 'explain' | 'search' };

const { ok, fail } = outcomeNumbers;

/** In the order of the keys' first rows by call. */
export function* partsOf(columns: RegisterColumns): Generator<Part> {
  const numbers = new Int32Array(columns.values.length);
  // Which part last gave a value its number: no need to clear the numbers between parts.
  const numberedBy = new Int32Array(columns.values.length).fill(none);
  for (const [key, rows] of rowsByKey(columns)) {
    const count = rows.length;
    const part = {
      key,
      rows,
      call: new Float64Array(count),
      end: new Float64Array(count),
      outcome: new Uint8Array(count),
      sees: new Int32Array(count).fill(none),
      leaves: new Int32Array(count).fill(none),
    };
    let misses: Int32Array | undefined;
    let valueCount = 1;
    let contradiction = none;
    const numberOf = (value: number) => {
      if (value === 0) return 0;
      if (numberedBy[value] !== key) {
        numberedBy[value] = key;
        numbers[value] = valueCount++;
      }
      return numbers[value] ?? 0;
    };
    for (let place = 0; place < count; place++) {
      const row = rows[place] ?? 0;
      const outcome = columns.outcome[row] ?? ok;
      const value = columns.value[row] ?? 0;
      part.call[place] = columns.call[row] ?? 0;
      part.end[place] = outcome === ok ? (columns.return[row] ?? 0) : Infinity;
      part.outcome[place] = outcome;
      if (outcome === fail) continue;
      switch (actions[columns.action[row] ?? 0]) {
        case 'read':
          if (outcome === ok) part.sees[place] = numberOf(value);
          break;
        case 'write':
          part.leaves[place] = numberOf(value);
          break;
        case 'swap': {
          const to = columns.swappedTo[row] ?? 0;
          if (to !== value) part.leaves[place] = numberOf(to);
          if (to !== value || outcome === ok) part.sees[place] = numberOf(value);
          break;
        }
        case 'mismatch':
          if (outcome !== ok) break;
          misses ??= new Int32Array(count).fill(none);
          misses[place] = numberOf(value);
          break;
        case 'contradict':
          if (outcome === ok && contradiction === none) contradiction = place;
          break;
        case 'nothing':
        case undefined:
          break;
      }
    }
    yield { ...part, misses, valueCount, contradiction };
  }
}

/** Decides one key from its arrays alone; refused operations matter to explanations only. */
export function decidePart(part: Part): PartVerdict {
  const result = decideBlocks({ ...part, operations: [], values: [], refused: new Map() } satisfies Actions);
  switch (result.kind) {
    case 'ordered':
      return { kind: 'ordered', order: rowsInOrder(part.rows, result.order) };
    case 'finding':
      return { kind: 'explain' };
    case 'unsuited':
      return { kind: 'search' };
  }
}

function rowsInOrder(rows: Uint32Array, order: Int32Array): Uint32Array {
  const ordered = new Uint32Array(order.length);
  for (let place = 0; place < ordered.length; place++) ordered[place] = rows[order[place] ?? 0] ?? 0;
  return ordered;
}

function rowsByKey({ key, keys, call }: RegisterColumns): Map<number, Uint32Array> {
  const count = key.length;
  const counts = new Uint32Array(keys.length);
  for (let row = 0; row < count; row++) counts[key[row] ?? 0] = (counts[key[row] ?? 0] ?? 0) + 1;
  const rowsOf = Array.from(counts, (size) => new Uint32Array(size));
  const filled = new Uint32Array(keys.length);
  const found = new Map<number, Uint32Array>();
  for (const row of byCall(call)) {
    const its = key[row] ?? 0;
    const rows = rowsOf[its];
    if (rows === undefined) continue;
    const at = filled[its] ?? 0;
    rows[at] = row;
    filled[its] = at + 1;
    if (at === 0) found.set(its, rows);
  }
  return found;
}

function byCall(call: Float64Array): Uint32Array {
  const rows = new Uint32Array(call.length);
  let previous = -Infinity;
  let isSorted = true;
  for (let row = 0; row < rows.length; row++) {
    rows[row] = row;
    const its = call[row] ?? 0;
    if (its < previous) isSorted = false;
    previous = its;
  }
  return isSorted ? rows : rows.sort((a, b) => (call[a] ?? 0) - (call[b] ?? 0) || a - b);
}
