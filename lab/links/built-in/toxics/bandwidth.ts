import type { Held, Outlet, Stage } from '../stage.ts';
import type { ToxicOf } from '../toxic.ts';

/** How often a limited flow moves at most: what passes in this time goes out in one piece. */
const intervalMs = 100;

/**
 * `bandwidth`: at most `rate` kilobytes (of 1,000 bytes) a second pass. A rate of 0 lets nothing pass. Removing the toxic hands on everything that
 * waited.
 */
export class BandwidthStage implements Stage {
  readonly #toxic: ToxicOf<'bandwidth'>;
  readonly #outlet: Outlet;
  readonly #held: Held;
  /** Null stands for the end of the stream. */
  readonly #waiting: (Buffer | null)[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** When the bytes that have passed are paid for; the next piece may pass its own duration after that. */
  #paidUntilMs = 0;

  constructor(toxic: ToxicOf<'bandwidth'>, outlet: Outlet, held: Held) {
    this.#toxic = toxic;
    this.#outlet = outlet;
    this.#held = held;
  }

  write(bytes: Buffer): void {
    this.#held.add(bytes.length);
    this.#waiting.push(bytes);
    if (this.#timer === undefined) this.#schedule();
  }

  end(): void {
    this.#waiting.push(null);
    if (this.#timer === undefined) this.#schedule();
  }

  update(): void {
    this.#stop();
    this.#paidUntilMs = 0;
    this.#schedule();
  }

  release(): void {
    this.#stop();
    for (const bytes of this.#waiting.splice(0)) this.#handOn(bytes);
  }

  dispose(): void {
    this.#stop();
    for (const bytes of this.#waiting.splice(0)) this.#held.subtract(bytes?.length ?? 0);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Sets the timer for the next piece; the end of the stream needs no time. */
  #schedule(): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    if (first === null) {
      this.#waiting.shift();
      this.#handOn(first);
      return;
    }
    const bytesPerMs = this.#toxic.attributes.rate;
    if (bytesPerMs <= 0) return;
    const pieceBytes = Math.min(first.length, bytesPerMs * intervalMs);
    const dueMs = Math.max(this.#paidUntilMs, performance.now()) + pieceBytes / bytesPerMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#paidUntilMs = dueMs;
      this.#pass(pieceBytes);
      this.#schedule();
    }, dueMs - performance.now());
  }

  #pass(pieceBytes: number): void {
    const first = this.#waiting.shift();
    if (first === undefined || first === null) return;
    if (first.length > pieceBytes) this.#waiting.unshift(first.subarray(pieceBytes));
    this.#handOn(first.subarray(0, pieceBytes));
  }

  #handOn(bytes: Buffer | null): void {
    if (bytes === null) {
      this.#outlet.end();
      return;
    }
    this.#held.subtract(bytes.length);
    this.#outlet.write(bytes);
  }
}
