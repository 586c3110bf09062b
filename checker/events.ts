/** A history as Porcupine's events: calls and returns in the order of the recording, instead of operations with positions. */
import { HistoryError, type Operation, type Outcome } from './operation.ts';

export interface CallEvent<Input> {
  readonly kind: 'call';
  /** Unique in the history; the operation's return has the same. */
  readonly id: number;
  readonly process: number;
  readonly input: Input;
}

export interface ReturnEvent<Output> {
  readonly kind: 'return';
  readonly id: number;
  /** `undefined` unless the outcome is `ok`. */
  readonly output: Output | undefined;
  /** Default: `ok`. */
  readonly outcome?: Outcome;
}

export type OperationEvent<Input, Output> = CallEvent<Input> | ReturnEvent<Output>;

/**
 * Operations by call, with indices of events as positions. A call without a return is `info`.
 * @throws HistoryError where an id is called twice, or returns without having been called.
 */
export function toOperations<Input, Output>(
  events: readonly OperationEvent<Input, Output>[],
): Operation<Input, Output>[] {
  const operations: Operation<Input, Output>[] = [];
  /** By id: where the operation stands, and whether it has returned. */
  const places = new Map<number, { readonly at: number; returned: boolean }>();
  for (const [index, event] of events.entries()) {
    const place = places.get(event.id);
    if (event.kind === 'call') {
      if (place !== undefined) {
        throw new HistoryError(
          'repeated-id',
          `Event ${index} calls operation ${event.id} again: give each operation its own id.`,
        );
      }
      const { id, process, input } = event;
      const at = operations.length;
      places.set(id, { at, returned: false });
      operations.push({
        id,
        process,
        input,
        output: undefined,
        call: index,
        return: Infinity,
        outcome: 'info',
      });
      continue;
    }
    const operation = place === undefined ? undefined : operations[place.at];
    if (place === undefined || operation === undefined || place.returned) {
      throw new HistoryError(
        'bad-position',
        `Event ${index} returns operation ${event.id}, which is not open: put its call before it, and return it once.`,
      );
    }
    place.returned = true;
    const { outcome = 'ok', output } = event;
    operations[place.at] =
      outcome === 'ok' ? { ...operation, output, outcome, return: index } : { ...operation, outcome };
  }
  return operations;
}
