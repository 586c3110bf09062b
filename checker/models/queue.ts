/** First-in-first-out queues, one for each key. */
import type { Model } from '../model.ts';
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
