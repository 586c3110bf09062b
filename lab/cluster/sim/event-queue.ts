/** What is to happen, ordered by time, and by the order of scheduling where times are equal: a binary heap. */
export interface ScheduledEvent {
  readonly atNs: number;
  readonly sequence: number;
  /** Null once it has happened or was called off. */
  run: (() => void) | null;
}

export class EventQueue {
  readonly #heap: ScheduledEvent[] = [];
  #sequence = 0;

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  add(atNs: number, run: () => void): ScheduledEvent {
    const event: ScheduledEvent = { atNs, sequence: this.#sequence, run };
    this.#sequence += 1;
    this.#heap.push(event);
    this.#rise(event);
    return event;
  }

  /** Takes the earliest event, or undefined where there is none. */
  take(): ScheduledEvent | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  /** Lets an event at the end of the heap rise to its place. */
  #rise(event: ScheduledEvent): void {
    const heap = this.#heap;
    let at = heap.length - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(event, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = event;
  }

  /** Puts an event in the place of the first one, and lets it sink to its own. */
  #sink(event: ScheduledEvent): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (left === undefined) break;
      const onRight = right !== undefined && isBefore(right, left);
      const child = onRight ? right : left;
      if (!isBefore(child, event)) break;
      heap[at] = child;
      at = 2 * at + (onRight ? 2 : 1);
    }
    heap[at] = event;
  }
}

function isBefore(a: ScheduledEvent, b: ScheduledEvent): boolean {
  return a.atNs < b.atNs || (a.atNs === b.atNs && a.sequence < b.sequence);
}
