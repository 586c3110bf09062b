/** Sets, one for each key: add, remove, ask for one element, read all. */
import type { Model } from '../model.ts';
import type { ListValue } from './list-append.ts';

export type SetInput =
  | { readonly f: 'add' | 'remove' | 'contains'; readonly key: string; readonly value: ListValue }
  | { readonly f: 'read'; readonly key: string };

/** `contains` answers `{contains}`, a read `{value}` in any order, add and remove `{}`. */
export interface SetOutput {
  readonly contains?: boolean;
  readonly value?: readonly ListValue[];
}

export function set(): Model<ReadonlySet<ListValue>, SetInput, SetOutput> {
  return {
    name: 'set',
    init: () => new Set(),
    partition: (input) => input.key,
    component: (input) => (input.f === 'read' ? undefined : input.value),
    readOnly: (input) => input.f === 'read' || input.f === 'contains',
    step: (state, input, output) => {
      switch (input.f) {
        case 'add':
          return state.has(input.value) ? state : new Set(state).add(input.value);
        case 'remove':
          return state.has(input.value) ? without(state, input.value) : state;
        case 'contains':
          return output === undefined || output.contains === state.has(input.value) ? state : undefined;
        case 'read':
          return output === undefined || sameElements(state, output.value ?? []) ? state : undefined;
      }
    },
    describeOperation: (input, output) => {
      if (input.f === 'read') return `read → ${output === undefined ? '?' : JSON.stringify(output.value)}`;
      const answer = input.f === 'contains' ? ` → ${output?.contains ?? '?'}` : '';
      return `${input.f} ${JSON.stringify(input.value)}${answer}`;
    },
    describeState: (state) => JSON.stringify([...state]),
  };
}

function without(state: ReadonlySet<ListValue>, element: ListValue): ReadonlySet<ListValue> {
  const rest = new Set(state);
  rest.delete(element);
  return rest;
}

function sameElements(state: ReadonlySet<ListValue>, read: readonly ListValue[]): boolean {
  return (
    read.length === state.size && new Set(read).size === state.size && read.every((each) => state.has(each))
  );
}
