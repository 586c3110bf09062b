/** A store of strings by key, with get, put, append and delete; each key is checked on its own. */
import type { Model } from '../model.ts';

export type KvInput =
  | { readonly f: 'get'; readonly key: string }
  | { readonly f: 'put'; readonly key: string; readonly value: string }
  /** Adds to the end of what is there; an absent key counts as the empty string. */
  | { readonly f: 'append'; readonly key: string; readonly value: string }
  | { readonly f: 'delete'; readonly key: string };

/** A get answers `{value}`, null where the key is absent; everything else `{}`. */
export interface KvOutput {
  readonly value?: string | null;
}

export function kv(): Model<string | null, KvInput, KvOutput> {
  return {
    name: 'kv',
    init: () => null,
    partition: (input) => input.key,
    readOnly: (input) => input.f === 'get',
    step: (state, input, output) => {
      switch (input.f) {
        case 'get':
          return output === undefined || output.value === state ? state : undefined;
        case 'put':
          return input.value;
        case 'append':
          return (state ?? '') + input.value;
        case 'delete':
          return null;
      }
    },
    describeOperation: (input, output) =>
      input.f === 'get'
        ? `get → ${JSON.stringify(output?.value)}`
        : input.f === 'delete'
          ? 'delete'
          : `${input.f} ${JSON.stringify(input.value)}`,
    describeState: (state) => JSON.stringify(state),
  };
}
