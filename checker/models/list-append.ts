/** Lists that only grow, one for each key: a read answers the whole list. */
import type { Model } from '../model.ts';

export type ListValue = string | number;

export type ListAppendInput =
  | { readonly f: 'append'; readonly key: string; readonly value: ListValue }
  | { readonly f: 'read'; readonly key: string };

/** A read answers `{value}`, from the oldest element to the newest; an append `{}`. */
export interface ListAppendOutput {
  readonly value?: readonly ListValue[];
}

export function listAppend(): Model<readonly ListValue[], ListAppendInput, ListAppendOutput> {
  return {
    name: 'list-append',
    init: () => [],
    partition: (input) => input.key,
    readOnly: (input) => input.f === 'read',
    step: (state, input, output) => {
      if (input.f === 'append') return [...state, input.value];
      return output === undefined || sameList(state, output.value) ? state : undefined;
    },
    describeOperation: (input, output) =>
      input.f === 'append'
        ? `append ${JSON.stringify(input.value)}`
        : `read → ${output === undefined ? '?' : JSON.stringify(output.value)}`,
    describeState: (state) => JSON.stringify(state),
  };
}

function sameList(a: readonly ListValue[], b: readonly ListValue[] | undefined): boolean {
  return b?.length === a.length && a.every((element, index) => element === b[index]);
}
