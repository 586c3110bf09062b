import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './cluster.ts';

/** The clock of clusters that live in real time; it begins when it is made. */
export class MonotonicClock implements Clock {
  readonly #beginning = process.hrtime.bigint();

  nowNs(): number {
    return Number(process.hrtime.bigint() - this.#beginning);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await sleep(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }
}
