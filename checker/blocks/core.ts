/** From a finding to the few operations that show it. */
import { type Actions, at, none, outcomeNumbers } from './actions.ts';
import { type Bounds, decideBlocks } from './blocks.ts';
import type { Chains } from './chains.ts';
import type { Finding } from './finding.ts';
import { chooseInside } from './core-inside.ts';
import { chooseBetween } from './core-between.ts';
import { restrict } from './restrict.ts';

/** Operations as indices into the actions; see `Violation` for the meaning of the three groups. */
export interface Core {
  readonly core: readonly number[];
  readonly support: readonly number[];
  readonly bounding: readonly number[];
  readonly story: Story;
}

/** Who plays which part in the sentence. */
export type Story =
  | { readonly kind: 'unwritten'; readonly reader: number; readonly refused: number }
  | { readonly kind: 'contradiction'; readonly operation: number }
  | { readonly kind: 'two swaps'; readonly first: number; readonly second: number }
  | { readonly kind: 'circle'; readonly swaps: readonly number[] }
  /** `early` ended before `writer`, on whose value it builds, began. */
  | { readonly kind: 'future'; readonly early: number; readonly writer: number }
  /** `late` saw an old value although `proof` had ended, which left or saw a newer one; `unseen`: nobody else ever saw that. */
  | { readonly kind: 'late'; readonly late: number; readonly proof: number; readonly unseen: boolean };

/** A choice of operations, before it is known whose times matter. */
export interface Choice {
  readonly core: readonly number[];
  readonly support: readonly number[];
  readonly candidates: readonly number[];
  readonly story: Story;
}

/** A finding, with as much of the history's structure as was known when it was found. */
export interface Found {
  readonly finding: Finding;
  readonly neededBy: Int32Array;
  readonly chains?: Chains;
  readonly bounds?: Bounds;
}

export function findCore(actions: Actions, found: Found): Core {
  const { finding, chains, bounds, neededBy } = found;
  const timeless = (story: Story, named: readonly number[]): Core => ({
    core: inOrder(named.flatMap((index) => grounds(actions, neededBy, index))),
    support: [],
    bounding: [],
    story,
  });
  switch (finding.kind) {
    case 'unwritten':
      return timeless(finding, [finding.reader, finding.refused]);
    case 'contradiction':
      return timeless(finding, [finding.operation]);
    case 'two swaps':
      return timeless(finding, [finding.first, finding.second]);
    case 'circle':
      return timeless(finding, finding.swaps);
    case 'inside':
    case 'between':
      break;
  }
  if (chains === undefined) throw new Error('A finding about times comes with the chains it was found in.');
  return smallest(choose(actions, chains, bounds, finding).map((choice) => bound(actions, chains, choice)));
}

function choose(
  actions: Actions,
  chains: Chains,
  bounds: Bounds | undefined,
  finding: Extract<Finding, { kind: 'inside' | 'between' }>,
): readonly Choice[] {
  if (finding.kind === 'inside') return [chooseInside(actions, chains, finding)];
  if (bounds === undefined) throw new Error('A finding about two blocks comes with the bounds of all.');
  return chooseBetween(actions, chains, bounds, finding);
}

/** The choice in which every time that matters matters by itself, with the fewest operations. */
function smallest(cores: readonly Core[]): Core {
  const [best] = cores.toSorted((a, b) => rank(a) - rank(b));
  if (best === undefined) throw new Error('A finding about times has at least one core.');
  return best;
}

function rank(core: Core): number {
  const noneMatters = core.bounding.length === 0 ? 1_000_000 : 0;
  return noneMatters + core.core.length * 10 + core.bounding.length;
}

/** The links of a core longer than this count as support without being tried one by one. */
const mostTriedLinks = 32;

/**
 * Finds out whose times matter by trying. First every operation but the candidates may run at any time, and of the candidates each that
 * still leaves the rest illegal; what remains bounds. Then each link gets its own time back, unless that says the same once more.
 */
function bound(actions: Actions, chains: Chains, choice: Choice): Core {
  const named = inOrder([...choice.core, ...choice.candidates]);
  const everything = inOrder(
    [...named, ...choice.support].flatMap((index) => grounds(actions, chains.neededBy, index)),
  );
  const isLegal = (timed: ReadonlySet<number>) =>
    decideBlocks(restrict(actions, everything, timed)).kind !== 'finding';
  const without = (timed: ReadonlySet<number>, index: number) => timed.difference(new Set([index]));

  let timed: ReadonlySet<number> = new Set(choice.candidates);
  for (const candidate of choice.candidates) {
    const fewer = without(timed, candidate);
    if (!isLegal(fewer)) timed = fewer;
  }
  const bounding = inOrder([...timed]);
  const links = named.filter((index) => !timed.has(index));
  if (links.length <= mostTriedLinks) {
    for (const link of links) {
      const more = timed.union(new Set([link]));
      if (bounding.every((index) => isLegal(without(more, index)))) timed = more;
    }
  }
  const core = inOrder([...timed]);
  const support = everything.filter((index) => !timed.has(index));
  return { core, support, bounding, story: choice.story };
}

/** The operation, and if it is not known to have happened, whoever proves that it did. */
function grounds(actions: Actions, neededBy: Int32Array, index: number): number[] {
  const found: number[] = [];
  for (let operation = index; operation !== none;) {
    if (found.includes(operation)) break;
    found.push(operation);
    const left = at(actions.leaves, operation);
    const known = actions.outcome[operation] !== outcomeNumbers.info;
    operation = known || left === none ? none : at(neededBy, left);
  }
  return found;
}

function inOrder(indices: readonly number[]): number[] {
  return [...new Set(indices)].filter((index) => index !== none).sort((a, b) => a - b);
}
