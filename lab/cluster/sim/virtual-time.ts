/**
 * A clock that jumps from event to event. Events are plain calls; only where one of them has settled a promise does the clock stand still until
 * everything that waited for it has run, so that the order is the same in every run.
 */
import { nextTick } from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../cluster.ts';
import { EventQueue, type ScheduledEvent } from './event-queue.ts';

/** So many events at most without a turn of the real event loop, so that signals and messages of the host get through. */
const maxEventsPerTurn = 2_000;

export const nsPerMs = 1e6;

export class VirtualTime implements Clock {
  readonly #queue = new EventQueue();
  #nowNs = 0;
  #running = false;
  #settled = false;
  #stopped = false;

  nowNs(): number {
    return this.#nowNs;
  }

  /** Calls `run` when `delayNs` have gone by. */
  after(delayNs: number, run: () => void): ScheduledEvent {
    const event = this.#queue.add(this.#nowNs + Math.max(0, Math.round(delayNs)), run);
    if (!this.#running && !this.#stopped) {
      this.#running = true;
      void this.#run();
    }
    return event;
  }

  /** Somebody outside was told something through a promise, and gets to act on it before anything else happens. */
  settled(): void {
    this.#settled = true;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const wake = this.after(ms * nsPerMs, () => {
        signal?.removeEventListener('abort', breakOff);
        this.#settled = true;
        resolve();
      });
      const breakOff = (): void => {
        wake.run = null;
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', breakOff, { once: true });
    });
  }

  /** Nothing happens any more. */
  stop(): void {
    this.#stopped = true;
  }

  #mayGoOn(): boolean {
    return !this.#settled && !this.#stopped;
  }

  async #run(): Promise<void> {
    let left = 0;
    while (!this.#stopped && !this.#queue.isEmpty) {
      if (left > 0) await microtasksDone();
      else {
        await nextTurn();
        left = maxEventsPerTurn;
      }
      this.#settled = false;
      for (; left > 0 && this.#mayGoOn(); left -= 1) {
        const event = this.#queue.take();
        if (event === undefined) break;
        const { run } = event;
        if (run === null) continue;
        event.run = null;
        this.#nowNs = event.atNs;
        run();
      }
    }
    this.#running = false;
  }
}

/**
 * Resolves when everything that waits for a settled promise has run, and what that led to. Meant for a continuation of a promise, such as the loop above:
 * after one of those Node empties its queue of microtasks before it looks for a next tick. (A turn of the event loop would do as well, at ten times the price.)
 */
function microtasksDone(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve));
}
