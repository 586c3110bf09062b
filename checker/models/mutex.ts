/** Locks, one for each key. Whoever wants the owner checked gives each acquire and release the owner's name. */
import type { Model } from '../model.ts';

export interface MutexInput {
  readonly f: 'acquire' | 'release';
  readonly key: string;
  /** Only this owner may release. Without a name anybody may. */
  readonly owner?: string;
}

/** `{}`; a lock that could not be taken or released is recorded as `fail`. */
export type MutexOutput = object;

const free = '';

export function mutex(): Model<string, MutexInput, MutexOutput> {
  return {
    name: 'mutex',
    init: () => free,
    partition: (input) => input.key,
    step: (state, { f, owner }) => {
      const held = `held by ${owner ?? 'somebody'}`;
      if (f === 'acquire') return state === free ? held : undefined;
      return state === held ? free : undefined;
    },
    describeOperation: ({ f, owner }) => (owner === undefined ? f : `${f} by ${owner}`),
    describeState: (state) => (state === free ? 'free' : state),
  };
}
