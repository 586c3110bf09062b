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

/** Whoever holds it: an owner's name, or `true` for somebody without one; `false` while it is free. */
type Holder = string | boolean;

export function mutex(): Model<Holder, MutexInput, MutexOutput> {
  return {
    name: 'mutex',
    init: () => false,
    partition: (input) => input.key,
    step: (holder, { f, owner = true }) => {
      if (f === 'acquire') return holder === false ? owner : undefined;
      return holder === owner ? false : undefined;
    },
    describeOperation: ({ f, owner }) => (owner === undefined ? f : `${f} by ${owner}`),
    describeState: (holder) =>
      holder === false ? 'free' : `held by ${holder === true ? 'somebody' : holder}`,
  };
}
