/** Positions in a chain, and the writers that link two of them. */
import { type Actions, at, none } from './actions.ts';
import { type Chains, walkBlock } from './chains.ts';

/** The value with which an operation stands in its chain: what it left, or what it read. */
export function standsAt(actions: Actions, operation: number): number {
  const left = at(actions.leaves, operation);
  return left === none ? at(actions.sees, operation) : left;
}

/** The first value of the chain that holds `value`. */
export function firstOf(actions: Actions, chains: Chains, value: number): number {
  let first = value;
  for (let before = previous(actions, chains, first); before !== none;) {
    first = before;
    before = previous(actions, chains, first);
  }
  return first;
}

function previous(actions: Actions, chains: Chains, value: number): number {
  const operation = at(chains.writer, value);
  return operation === none ? none : at(actions.sees, operation);
}

export interface Path {
  /** Writers of every value from the earliest to the latest of the given operations. */
  readonly links: readonly number[];
  /** Writers of the values before those. */
  readonly ancestry: readonly number[];
}

/** @param operations all of the chain that begins with `first`. */
export function pathThrough(
  actions: Actions,
  chains: Chains,
  first: number,
  operations: readonly number[],
): Path {
  const wanted = new Set(operations.map((operation) => standsAt(actions, operation)));
  const links: number[] = [];
  const ancestry: number[] = [];
  let begun = false;
  for (let value = first; value !== none && wanted.size > 0; value = at(chains.nextValue, value)) {
    begun ||= wanted.has(value);
    wanted.delete(value);
    const operation = at(chains.writer, value);
    if (operation !== none) (begun ? links : ancestry).push(operation);
  }
  return { links, ancestry };
}

/** The first operation of a block, as the chain goes, for which `holds` is true. */
export function firstInBlock(
  chains: Chains,
  firstValue: number,
  holds: (operation: number) => boolean,
): number | undefined {
  let found: number | undefined;
  walkBlock(chains, firstValue, (operation) => {
    if (found === undefined && holds(operation)) found = operation;
  });
  return found;
}
