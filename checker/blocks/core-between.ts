/** The core of two blocks that must precede each other: at most four operations that show it, and the chains between them. */
import { type Actions, at, none, timeAt } from './actions.ts';
import type { Bounds } from './blocks.ts';
import type { Chains } from './chains.ts';
import type { Choice } from './core.ts';
import { isUnseen } from './core-inside.ts';
import { firstInBlock, pathThrough } from './path.ts';

/** `before` of one block ended before `after` of another began. */
interface Precedence {
  readonly before: number;
  readonly after: number;
}

export function chooseBetween(
  actions: Actions,
  chains: Chains,
  bounds: Bounds,
  finding: { readonly blocks: readonly [number, number] },
): Choice[] {
  const [old, found] = oldFirst(actions, chains, bounds, finding.blocks);
  const renewed = tellingRival(actions, chains, bounds, old, found);
  // That the initial value came first needs no showing.
  const replacements =
    chains.writer[old] === none ? [undefined] : precedences(actions, chains, bounds, old, renewed);
  return replacements.flatMap((replaced) =>
    precedences(actions, chains, bounds, renewed, old).map((returned) => {
      const mine = [returned.after, replaced?.before ?? none].filter((index) => index !== none);
      const theirs = [returned.before, replaced?.after ?? none].filter((index) => index !== none);
      const oldPath = pathThrough(actions, chains, old, mine);
      const newPath = pathThrough(actions, chains, renewed, theirs);
      const { before: proof, after: late } = returned;
      return {
        core: [...oldPath.links, ...newPath.links, ...mine, ...theirs],
        support: [...oldPath.ancestry, ...newPath.ancestry],
        candidates: [...mine, ...theirs],
        story: { kind: 'late', late, proof, unseen: isUnseen(chains, actions, proof) },
      } as const;
    }),
  );
}

/** The block whose operation came last is the old one, which came back after the other had replaced it. */
function oldFirst(
  actions: Actions,
  chains: Chains,
  bounds: Bounds,
  [a, b]: readonly [number, number],
): readonly [old: number, renewed: number] {
  const lateInA = precedences(actions, chains, bounds, b, a)[0]?.after ?? none;
  const lateInB = precedences(actions, chains, bounds, a, b)[0]?.after ?? none;
  const callOf = (index: number) => (index === none ? -Infinity : timeAt(actions.call, index));
  return callOf(lateInA) >= callOf(lateInB) ? [a, b] : [b, a];
}

/**
 * Of all blocks that contradict `old`, the latest that someone saw, which tells more than a write without a trace; and if possible one
 * whose write was acknowledged in time, which tells more than a read while the write was under way.
 */
function tellingRival(actions: Actions, chains: Chains, bounds: Bounds, old: number, found: number): number {
  const [myEnd, myCall] = [timeAt(bounds.earliestEnd, old), timeAt(bounds.latestCall, old)];
  let best = found;
  let bestEnd = -Infinity;
  let bestIsAcknowledged = false;
  for (const block of chains.firstValues) {
    // The initial value was there first: it has replaced nothing.
    if (block === old || chains.writer[block] === none) continue;
    const rivalEnd = timeAt(bounds.earliestEnd, block);
    if (!(myEnd < timeAt(bounds.latestCall, block) && rivalEnd < myCall)) continue;
    if (chains.firstRead[block] === none && chains.nextValue[block] === none) continue;
    const isAcknowledged = timeAt(actions.end, at(chains.writer, block)) < myCall;
    if (isAcknowledged === bestIsAcknowledged ? rivalEnd > bestEnd : isAcknowledged) {
      best = block;
      bestEnd = rivalEnd;
      bestIsAcknowledged = isAcknowledged;
    }
  }
  return best;
}

/**
 * Ways to show that block `a` must precede block `b`: operations near the beginning of their chains are preferred, so that few links
 * are needed and no writer says the same as a read.
 */
function precedences(actions: Actions, chains: Chains, bounds: Bounds, a: number, b: number): Precedence[] {
  const earliestEnd = timeAt(bounds.earliestEnd, a);
  const latestCall = timeAt(bounds.latestCall, b);
  const endsBefore = (call: number) => (operation: number) => timeAt(actions.end, operation) < call;
  const beginsAfter = (end: number) => (operation: number) => timeAt(actions.call, operation) > end;
  const found: Precedence[] = [];
  const after = firstInBlock(chains, b, beginsAfter(earliestEnd));
  if (after !== undefined) {
    const before = firstInBlock(chains, a, endsBefore(timeAt(actions.call, after)));
    if (before !== undefined) found.push({ before, after });
  }
  const before = firstInBlock(chains, a, endsBefore(latestCall));
  if (before !== undefined) {
    const first = firstInBlock(chains, b, beginsAfter(timeAt(actions.end, before)));
    const isNew = found.every((each) => each.before !== before || each.after !== first);
    if (first !== undefined && isNew) found.push({ before, after: first });
  }
  return found;
}
