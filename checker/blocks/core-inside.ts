/** The core of an order broken inside one block: two operations and the chain between them. */
import { type Actions, at, none, timeAt } from './actions.ts';
import { type Chains, walkBlock } from './chains.ts';
import type { Choice } from './core.ts';
import { firstOf, pathThrough, standsAt } from './path.ts';

export function chooseInside(
  actions: Actions,
  chains: Chains,
  finding: { readonly earlier: number; readonly later: number },
): Choice {
  const { later } = finding;
  const first = firstOf(actions, chains, standsAt(actions, later));
  const earlier = nearest(actions, chains, first, finding.earlier, later);
  const path = pathThrough(actions, chains, first, [earlier, later]);
  return {
    core: [...path.links, earlier, later],
    support: path.ancestry,
    candidates: [earlier, later],
    story:
      at(actions.leaves, earlier) === none
        ? { kind: 'late', late: earlier, proof: later, unseen: isUnseen(chains, actions, later) }
        : { kind: 'future', early: later, writer: earlier },
  };
}

/**
 * Of the operations that precede `later` in the chain and began after it ended, one of the value nearest to it; of that value its
 * writer if possible, so that nothing else in the core says the same.
 */
function nearest(actions: Actions, chains: Chains, first: number, fallback: number, later: number): number {
  let found = fallback;
  let passed = false;
  walkBlock(chains, first, (operation) => {
    if (operation === later || standsAt(actions, operation) === standsAt(actions, later)) {
      // Reads of one value are in no order: only its writer stands before `later` there.
      passed ||= operation === later || at(actions.leaves, operation) === none;
    }
    if (passed || timeAt(actions.call, operation) <= timeAt(actions.end, later)) return;
    if (standsAt(actions, operation) !== standsAt(actions, found) || at(actions.leaves, operation) !== none) {
      found = operation;
    }
  });
  return found;
}

/** Whether nobody saw the value that this operation left. */
export function isUnseen(chains: Chains, actions: Actions, operation: number): boolean {
  const left = at(actions.leaves, operation);
  return left !== none && chains.firstRead[left] === none && chains.nextValue[left] === none;
}
