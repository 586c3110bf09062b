/**
 * Registers in which every value is written at most once, in O(n). A block (a first value with the chain of compare-and-sets on it,
 * and all reads) is contiguous in every linearization, because a value once left never returns. So it remains to order the blocks, and
 * two of them decide: the history is linearizable iff every block is in order inside and no two blocks must precede each other.
 * `docs/theorem.md` has the proof.
 */
import { type Actions, at, none, timeAt } from './actions.ts';
import { type Chains, linkChains, walkBlock } from './chains.ts';
import type { Finding } from './finding.ts';
import { findWriters } from './writers.ts';

export type BlocksResult =
  /** Indices of operations in an order that explains every answer. */
  | { readonly kind: 'ordered'; readonly order: Int32Array }
  | {
      readonly kind: 'finding';
      readonly finding: Finding;
      readonly neededBy: Int32Array;
      readonly chains?: Chains;
      readonly bounds?: Bounds;
    }
  /** The algorithm does not apply: values repeat, or an answer does not say what it saw. */
  | { readonly kind: 'unsuited'; readonly why: 'repeated values' | 'unseen values' };

export function decideBlocks(actions: Actions): BlocksResult {
  if (actions.contradiction !== none) {
    const finding = { kind: 'contradiction', operation: actions.contradiction } as const;
    return { kind: 'finding', finding, neededBy: new Int32Array() };
  }
  const found = findWriters(actions);
  if (found.kind === 'finding') return found;
  if (found.kind === 'repeated') return { kind: 'unsuited', why: 'repeated values' };
  const { neededBy } = found.writers;
  const chains = linkChains(actions, found.writers);
  if ('kind' in chains) return { kind: 'finding', finding: chains, neededBy };
  const bounds = boundBlocks(actions, chains);
  if ('kind' in bounds) return { kind: 'finding', finding: bounds, neededBy, chains };
  const order = orderBlocks(chains, bounds);
  if ('kind' in order) return { kind: 'finding', finding: order, neededBy, chains, bounds };
  if (actions.misses !== undefined) return { kind: 'unsuited', why: 'unseen values' };

  const operations = new Int32Array(actions.outcome.length);
  let count = 0;
  const visit = (operation: number) => {
    operations[count++] = operation;
  };
  for (let place = 0; place < order.length; place++) walkBlock(chains, at(order, place), visit);
  return { kind: 'ordered', order: operations.subarray(0, count) };
}

/** Of each block, named by its first value: the earliest end and the latest call of its operations. */
export interface Bounds {
  readonly earliestEnd: Float64Array;
  readonly latestCall: Float64Array;
  /** For each operation: the block of which it has the latest call, or `none`. */
  readonly lastOf: Int32Array;
}

/** Checks each block inside: no operation may end before one begins that precedes it in the chain. */
function boundBlocks(actions: Actions, chains: Chains): Bounds | Finding {
  const { call, end } = actions;
  const { writer, nextValue, firstRead, nextRead, firstValues } = chains;
  const earliestEnd = new Float64Array(nextValue.length).fill(Infinity);
  const latestCall = new Float64Array(nextValue.length).fill(-Infinity);
  const lastOf = new Int32Array(call.length).fill(none);
  // The initial value was in place before everything.
  earliestEnd[0] = -Infinity;
  for (let block = 0; block < firstValues.length; block++) {
    const first = at(firstValues, block);
    let firstEnd = timeAt(earliestEnd, first);
    let last = none;
    let lastCall = -Infinity;
    for (let value = first; value !== none; value = at(nextValue, value)) {
      const left = at(writer, value);
      if (left !== none) {
        if (timeAt(end, left) < lastCall) return { kind: 'inside', earlier: last, later: left };
        if (timeAt(call, left) > lastCall) lastCall = timeAt(call, (last = left));
        firstEnd = Math.min(firstEnd, timeAt(end, left));
      }
      // Reads of one value follow its writer and are in no order among themselves.
      const callBefore = lastCall;
      const lastBefore = last;
      for (let read = at(firstRead, value); read !== none; read = at(nextRead, read)) {
        if (timeAt(end, read) < callBefore) return { kind: 'inside', earlier: lastBefore, later: read };
        if (timeAt(call, read) > lastCall) lastCall = timeAt(call, (last = read));
        firstEnd = Math.min(firstEnd, timeAt(end, read));
      }
    }
    earliestEnd[first] = firstEnd;
    latestCall[first] = lastCall;
    if (last !== none) lastOf[last] = first;
  }
  return { earliestEnd, latestCall, lastOf };
}

/**
 * A block whose earliest end lies before its latest call occupies all the time between them; any other needs a moment between its
 * latest call and its earliest end, in which nothing else is going on. Sweeps the blocks by their latest call.
 */
function orderBlocks(chains: Chains, bounds: Bounds): Int32Array | Finding {
  const { earliestEnd, latestCall, lastOf } = bounds;
  const isLong = (block: number) => timeAt(earliestEnd, block) < timeAt(latestCall, block);
  const byLatestCall = new Int32Array(chains.firstValues.length);
  const long = new Int32Array(byLatestCall.length);
  let blockCount = 0;
  let longCount = 0;
  for (let index = 0; index < lastOf.length; index++) {
    const block = at(lastOf, index);
    if (block === none) continue;
    byLatestCall[blockCount++] = block;
    if (isLong(block)) long[longCount++] = block;
  }
  const order = new Int32Array(blockCount);
  let ordered = 0;
  const waiting: number[] = [];
  let ahead = 0;
  for (let place = 0; place < blockCount; place++) {
    const block = at(byLatestCall, place);
    const next = ahead < longCount ? at(long, ahead) : none;
    if (block === next) {
      const before = ahead > 0 ? at(long, ahead - 1) : none;
      if (before !== none && timeAt(earliestEnd, block) < timeAt(latestCall, before)) {
        return { kind: 'between', blocks: [before, block] };
      }
      order[ordered++] = block;
      for (const late of waiting) order[ordered++] = late;
      waiting.length = 0;
      ahead++;
    } else if (next === none || timeAt(latestCall, block) <= timeAt(earliestEnd, next)) {
      order[ordered++] = block;
    } else {
      // It may begin only while `next` goes on, so its moment is when `next` is over.
      if (timeAt(earliestEnd, block) < timeAt(latestCall, next))
        return { kind: 'between', blocks: [next, block] };
      waiting.push(block);
    }
  }
  return order;
}
