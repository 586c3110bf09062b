import { longestTimerMs, type Held, type Outlet, type Stage } from '../stage.ts';
import type { ToxicOf } from '../toxic.ts';

interface Waiting {
  /** Null stands for the end of the stream, which waits its turn like bytes do. */
  readonly bytes: Buffer | null;
  readonly arrivedMs: number;
}

/**
 * `latency`: each chunk is handed on `latency ± jitter` milliseconds after it arrived, and never before the one ahead of it. Removing
 * the toxic hands on everything at once, in order.
 */
export class LatencyStage implements Stage {
  readonly #toxic: ToxicOf<'latency'>;
  readonly #outlet: Outlet;
  readonly #held: Held;
  readonly #random: () => number;
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(toxic: ToxicOf<'latency'>, outlet: Outlet, held: Held, random: () => number) {
    this.#toxic = toxic;
    this.#outlet = outlet;
    this.#held = held;
    this.#random = random;
  }

  write(bytes: Buffer): void {
    this.#held.add(bytes.length);
    this.#enqueue({ bytes, arrivedMs: performance.now() });
  }

  end(): void {
    // Toxiproxy closes as soon as the bytes before are through, without a delay for the end itself.
    this.#enqueue({ bytes: null, arrivedMs: Number.NEGATIVE_INFINITY });
  }

  update(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule();
  }

  release(): void {
    clearTimeout(this.#timer);
    for (const waiting of this.#waiting.splice(0)) this.#handOn(waiting);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const { bytes } of this.#waiting.splice(0)) this.#held.subtract(bytes?.length ?? 0);
  }

  #enqueue(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#timer === undefined) this.#schedule();
  }

  /** Hands on what is due, and sets the timer for the first that is not. */
  #schedule(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const waitMs = first.arrivedMs + this.#delayMs() - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#firstIsDue(), Math.min(waitMs, longestTimerMs));
        return;
      }
      this.#waiting.shift();
      this.#handOn(first);
    }
  }

  #firstIsDue(): void {
    this.#timer = undefined;
    const first = this.#waiting.shift();
    if (first !== undefined) this.#handOn(first);
    this.#schedule();
  }

  #delayMs(): number {
    const { latency, jitter } = this.#toxic.attributes;
    return jitter > 0 ? latency + Math.floor(this.#random() * jitter * 2) - jitter : latency;
  }

  #handOn({ bytes }: Waiting): void {
    if (bytes === null) {
      this.#outlet.end();
      return;
    }
    this.#held.subtract(bytes.length);
    this.#outlet.write(bytes);
  }
}
