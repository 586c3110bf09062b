/** One line of a recorded history in Jepsen's words, whatever file it stood in. */
import { HistoryError, type Operation, type Outcome } from '../operation.ts';

export interface HistoryEvent {
  readonly process: number;
  readonly type: 'invoke' | Outcome;
  readonly f: string;
  /** On `invoke` the arguments, on `ok` the answer. */
  readonly value: unknown;
  /** Where histories keep it apart from the value. */
  readonly key?: string;
  /** Nanoseconds since the recording began. */
  readonly time?: number;
}

/** An operation in a file's words: what was asked and what was answered, not yet a model's input and output. */
export interface RecordedCall {
  readonly f: string;
  readonly value: unknown;
  readonly key?: string;
}

/**
 * Pairs invocations with completions. Ids and positions are indices of events; an operation without a completion is `info`.
 * @throws HistoryError where a process has two operations open, or completes what it did not begin.
 */
export function pairEvents(events: readonly HistoryEvent[]): Operation<RecordedCall, unknown>[] {
  const open = new Map<number, number>();
  const operations = new Map<number, Operation<RecordedCall, unknown>>();
  for (const [index, event] of events.entries()) {
    const began = open.get(event.process);
    if (event.type === 'invoke') {
      if (began !== undefined) throw stillOpen(index, event.process, began);
      open.set(event.process, index);
      const { f, value, key } = event;
      operations.set(index, {
        id: index,
        process: event.process,
        input: { f, value, ...(key !== undefined && { key }) },
        output: undefined,
        call: index,
        return: Infinity,
        outcome: 'info',
      });
      continue;
    }
    const operation = began === undefined ? undefined : operations.get(began);
    if (began === undefined || operation === undefined) throw noneOpen(index, event.process);
    open.delete(event.process);
    if (event.type === 'info') continue;
    const output = event.type === 'ok' ? event.value : undefined;
    operations.set(began, { ...operation, output, return: index, outcome: event.type });
  }
  return [...operations.values()];
}

export function stillOpen(index: number, process: number, began: number): HistoryError {
  return new HistoryError(
    'bad-position',
    `Event ${index} begins an operation of process ${process}, whose operation from event ${began} is still open.`,
  );
}

export function noneOpen(index: number, process: number): HistoryError {
  return new HistoryError(
    'bad-position',
    `Event ${index} ends an operation of process ${process}, which has none open.`,
  );
}

/** Runs `read`, and says of what it cannot read at which event that is. */
export function atEvent<Result>(index: number, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof HistoryError) throw new HistoryError(error.code, `Event ${index}: ${error.message}`);
    throw error;
  }
}

/** The other way round: events in order of their positions. Operations of unknown outcome end with an `info` after everything else. */
export function eventsOf(operations: readonly Operation<RecordedCall, unknown>[]): HistoryEvent[] {
  const placed = operations.flatMap((operation) => {
    const { process, input, outcome } = operation;
    const invoke: HistoryEvent = { process, type: 'invoke', ...input };
    const value = outcome === 'ok' ? operation.output : input.value;
    const end: HistoryEvent = { ...invoke, type: outcome, value };
    const endsAt = outcome === 'info' ? Infinity : operation.return;
    return [
      { at: operation.call, rank: 0, event: invoke },
      { at: endsAt, rank: 1, event: end },
    ];
  });
  // Infinity - Infinity is no number; equal positions are told apart by rank.
  return placed.sort((a, b) => (a.at === b.at ? a.rank - b.rank : a.at - b.at)).map(({ event }) => event);
}
