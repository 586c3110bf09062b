/** What a history is made of: operations with an interval and an outcome, and the error for a history that is none. */

/**
 * How an operation ended. `ok`: it took effect, and its output was seen. `info`: unknown, it may take effect at any time after its
 * call, or never. `fail`: it certainly had no effect.
 */
export type Outcome = 'ok' | 'info' | 'fail';

export interface Operation<Input, Output> {
  /** The caller's name for this operation, unique in the history; results speak of operations by it. */
  readonly id: number;
  /** Who ran it: a client, thread or connection. It appears in explanations and decides nothing. */
  readonly process: number;
  readonly input: Input;
  /** What was answered; `undefined` unless the outcome is `ok`. */
  readonly output: Output | undefined;
  /**
   * When it began: a position in the recording, or a time. An operation precedes another iff its `return` is less than the other's
   * `call`; equal positions count as concurrent.
   */
  readonly call: number;
  /** When it ended, at or after `call`; `Infinity` if it never did. Read only where the outcome is `ok`. */
  readonly return: number;
  readonly outcome: Outcome;
}

/** When an operation must have taken effect at the latest. Only an `ok` operation has such a time. */
export function deadline(operation: Operation<unknown, unknown>): number {
  return operation.outcome === 'ok' ? operation.return : Infinity;
}

export type HistoryErrorCode = 'bad-position' | 'repeated-id' | 'bad-output' | 'bad-input' | 'bad-format';

/** The history is not one: the caller's to mend. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly code: HistoryErrorCode;

  constructor(code: HistoryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws HistoryError where an interval is not one, or two operations share an id. */
export function validateOperations(operations: readonly Operation<unknown, unknown>[]): void {
  const looks = new Looks();
  for (const operation of operations) looks.at(operation);
  looks.end(operations);
}

/** What can be told of operations by looking at one after the other. */
export class Looks {
  #latestCall = -Infinity;
  #highestId = -Infinity;
  #isAscending = true;
  /** Whether each was called no earlier than the one before it. */
  isByCall = true;

  /** @throws HistoryError where the interval is not one. */
  at({ id, call, outcome, return: end }: Operation<unknown, unknown>): void {
    if (!Number.isFinite(call) || (outcome === 'ok' && !(end >= call))) {
      throw new HistoryError(
        'bad-position',
        `Operation ${id} runs from ${call} to ${outcome === 'ok' ? end : Infinity}: a call must be a finite number, and a return not less than it.`,
      );
    }
    if (call < this.#latestCall) this.isByCall = false;
    this.#latestCall = call;
    if (!(id > this.#highestId)) this.#isAscending = false;
    else this.#highestId = id;
  }

  /** @throws HistoryError where two of the operations that were looked at share an id. */
  end(operations: readonly Operation<unknown, unknown>[]): void {
    if (this.#isAscending) return;
    const ids = new Set<number>();
    for (const { id } of operations) {
      if (ids.has(id)) {
        throw new HistoryError('repeated-id', `Two operations have the id ${id}: give each its own.`);
      }
      ids.add(id);
    }
  }
}

/** The same operations by call, in place order where calls are equal; the given array where it is sorted already. */
export function sortedByCall<Op extends Operation<unknown, unknown>>(
  operations: readonly Op[],
): readonly Op[] {
  let previous = -Infinity;
  for (const { call } of operations) {
    if (call < previous) return operations.toSorted((a, b) => a.call - b.call);
    previous = call;
  }
  return operations;
}
