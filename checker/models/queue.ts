/** First-in-first-out queues, one for each key. */
import type { Model } from '../model.ts';
import type { Operation } from '../operation.ts';
import type { ListValue } from './list-append.ts';

export type QueueInput =
  | { readonly f: 'enqueue'; readonly key: string; readonly value: ListValue }
  | { readonly f: 'dequeue'; readonly key: string };

/** A dequeue answers `{value}`: what it took from the front, or null if the queue was empty; an enqueue `{}`. */
export interface QueueOutput {
  readonly value?: ListValue | null;
}

export function queue(): Model<readonly ListValue[], QueueInput, QueueOutput> {
  return {
    name: 'queue',
    init: () => [],
    partition: (input) => input.key,
    foresee,
    step: (state, input, output) => {
      if (input.f === 'enqueue') return [...state, input.value];
      const [front = null] = state;
      return output === undefined || output.value === front ? state.slice(1) : undefined;
    },
    describeOperation: (input, output) =>
      input.f === 'enqueue'
        ? `enqueue ${JSON.stringify(input.value)}`
        : `dequeue → ${output === undefined ? '?' : JSON.stringify(output.value)}`,
    describeState: (state) => JSON.stringify(state),
  };
}

/** When an element can have left the queue. */
interface Leaving {
  /** The first call of what may have taken it. */
  earliest: number;
  /** The last return of what may have taken it. */
  latest: number;
  /** How often it was put in more than it came out. */
  left: number;
}

/** An element cannot leave before those ahead of it, so a queue in which it must is never entered. Pairs without the last one were compared before. */
function foresee(
  operations: readonly Operation<QueueInput, QueueOutput>[],
): (state: readonly ListValue[]) => boolean {
  const leavings = new Map<ListValue, Leaving>();
  for (const { input, outcome, output, call, return: end } of operations) {
    if (outcome === 'fail') continue;
    // It may have taken anything.
    if (input.f === 'dequeue' && (outcome === 'info' || output === undefined)) return () => true;
    const value = input.f === 'enqueue' ? input.value : output?.value;
    if (value === undefined || value === null) continue;
    const leaving = leavings.get(value) ?? { earliest: Infinity, latest: -Infinity, left: 0 };
    leavings.set(value, leaving);
    if (input.f === 'enqueue') {
      leaving.left++;
    } else {
      leaving.left--;
      leaving.earliest = Math.min(leaving.earliest, call);
      leaving.latest = Math.max(leaving.latest, end);
    }
  }
  return (state) => {
    const last = state.at(-1);
    const leaving = last === undefined ? undefined : leavings.get(last);
    if (leaving === undefined || leaving.left > 0) return true;
    return state.every((ahead) => (leavings.get(ahead)?.earliest ?? Infinity) <= leaving.latest);
  };
}
