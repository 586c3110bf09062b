/** The one place where a run's history is written: it gives every event its index and its time, on one monotonic clock. */
import type { HistoryEvent } from '../history/history.ts';

type Unstamped<E> = E extends HistoryEvent ? Omit<E, 'index' | 'time'> : never;
export type RecordedEvent = Unstamped<HistoryEvent>;

/** Takes the history's lines, in order. */
export interface HistorySink {
  append(line: string): void;
  /** Resolves when all lines are written; rejects with a `LabError` when they could not be. */
  close(): Promise<void>;
}

export class Recorder {
  readonly #events: HistoryEvent[] = [];
  #openOperations = 0;
  readonly #listeners: ((event: HistoryEvent) => void)[] = [];
  readonly #sink: HistorySink;
  readonly #clockNs: () => number;
  readonly #beganNs: number;

  constructor(clockNs: () => number, sink: HistorySink) {
    this.#clockNs = clockNs;
    this.#beganNs = clockNs();
    this.#sink = sink;
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /** Operations that were invoked and have not ended. */
  get openOperations(): number {
    return this.#openOperations;
  }

  /** Nanoseconds since the run began. */
  timeNs(): number {
    return Math.round(this.#clockNs() - this.#beganNs);
  }

  record(event: RecordedEvent): HistoryEvent {
    const stamped = { index: this.#events.length, time: this.timeNs(), ...event };
    if (typeof stamped.process === 'number') this.#openOperations += stamped.type === 'invoke' ? 1 : -1;
    this.#events.push(stamped);
    this.#sink.append(JSON.stringify(stamped));
    for (const listener of this.#listeners) listener(stamped);
    return stamped;
  }

  /** `listener` sees every event from now on, after it was recorded. */
  onEvent(listener: (event: HistoryEvent) => void): void {
    this.#listeners.push(listener);
  }
}
