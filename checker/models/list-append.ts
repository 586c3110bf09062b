/** Lists that only grow, one for each key: a read answers the whole list. */
import type { Model } from '../model.ts';
import type { Operation } from '../operation.ts';
import { structuralHash } from '../search/structural-hash.ts';

export type ListValue = string | number;

export type ListAppendInput =
  | { readonly f: 'append'; readonly key: string; readonly value: ListValue }
  | { readonly f: 'read'; readonly key: string };

/** A read answers `{value}`, from the oldest element to the newest; an append `{}`. */
export interface ListAppendOutput {
  readonly value?: readonly ListValue[];
}

/**
 * A list as what was appended last and the list before it, so that appending copies nothing and lists share what they have in common.
 * The empty list is null.
 */
export interface Appended {
  readonly before: Appended | null;
  readonly value: ListValue;
  readonly length: number;
  /** Of all elements in their order. */
  readonly hash: number;
}

export function listAppend(): Model<Appended | null, ListAppendInput, ListAppendOutput> {
  return {
    name: 'list-append',
    init: () => null,
    partition: (input) => input.key,
    readOnly: (input) => input.f === 'read',
    foresee,
    step: (state, input, output) => {
      if (input.f === 'append') return append(state, input.value);
      return output === undefined || holds(state, output.value ?? []) ? state : undefined;
    },
    equal: sameList,
    hash: (state) => state?.hash ?? 0,
    describeOperation: (input, output) =>
      input.f === 'append'
        ? `append ${JSON.stringify(input.value)}`
        : `read → ${output === undefined ? '?' : JSON.stringify(output.value)}`,
    describeState: (state) => JSON.stringify(elements(state)),
  };
}

/** Every list begins with the longest that was read, or is a beginning of it. The others of a state's elements were compared before its last. */
function foresee(
  operations: readonly Operation<ListAppendInput, ListAppendOutput>[],
): (state: Appended | null) => boolean {
  let longest: readonly ListValue[] = [];
  for (const { input, outcome, output } of operations) {
    if (input.f !== 'read' || outcome !== 'ok') continue;
    const value = output?.value ?? [];
    if (value.length > longest.length) longest = value;
  }
  return (state) =>
    state === null || state.length > longest.length || state.value === longest[state.length - 1];
}

function append(before: Appended | null, value: ListValue): Appended {
  const hash = (Math.imul(before?.hash ?? 0, 31) + structuralHash(value) + 1) | 0;
  return { before, value, length: (before?.length ?? 0) + 1, hash };
}

/** Lists of one history mostly share their beginnings, so this soon comes to an element that both have. */
function sameList(a: Appended | null, b: Appended | null): boolean {
  let [left, right] = [a, b];
  while (left !== right) {
    if (left === null || right === null) return false;
    if (left.hash !== right.hash || left.length !== right.length || left.value !== right.value) return false;
    left = left.before;
    right = right.before;
  }
  return true;
}

function holds(state: Appended | null, read: readonly ListValue[]): boolean {
  if ((state?.length ?? 0) !== read.length) return false;
  let index = read.length;
  for (let each = state; each !== null; each = each.before) if (read[--index] !== each.value) return false;
  return true;
}

function elements(state: Appended | null): readonly ListValue[] {
  const found: ListValue[] = [];
  for (let each = state; each !== null; each = each.before) found.push(each.value);
  return found.reverse();
}
