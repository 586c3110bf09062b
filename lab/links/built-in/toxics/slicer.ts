import type { Held, Outlet, Stage } from '../stage.ts';
import type { ToxicOf } from '../toxic.ts';

/**
 * `slicer`: bytes pass in pieces of about `average_size`, give or take `size_variation`, with `delay` microseconds after each. Removing the toxic hands on
 * the rest at once.
 */
export class SlicerStage implements Stage {
  readonly #toxic: ToxicOf<'slicer'>;
  readonly #outlet: Outlet;
  readonly #held: Held;
  readonly #random: () => number;
  /** Pieces in order; null stands for the end of the stream. */
  readonly #waiting: (Buffer | null)[] = [];
  #cancel: (() => void) | undefined;
  #nextDueMs = 0;

  constructor(toxic: ToxicOf<'slicer'>, outlet: Outlet, held: Held, random: () => number) {
    this.#toxic = toxic;
    this.#outlet = outlet;
    this.#held = held;
    this.#random = random;
  }

  write(bytes: Buffer): void {
    const { average_size: averageBytes, size_variation: variationBytes } = this.#toxic.attributes;
    this.#held.add(bytes.length);
    this.#waiting.push(...slice(bytes, averageBytes, variationBytes, this.#random));
    if (this.#cancel === undefined) this.#advance();
  }

  end(): void {
    this.#waiting.push(null);
    if (this.#cancel === undefined) this.#advance();
  }

  update(): void {
    // Pieces that were cut already keep their size; the new delay holds from the next piece on.
  }

  release(): void {
    this.#cancel?.();
    for (const piece of this.#waiting.splice(0)) this.#handOn(piece);
  }

  dispose(): void {
    this.#cancel?.();
    for (const piece of this.#waiting.splice(0)) this.#held.subtract(piece?.length ?? 0);
  }

  #advance(): void {
    this.#cancel = undefined;
    const piece = this.#waiting.shift();
    if (piece === undefined) return;
    const nowMs = performance.now();
    this.#nextDueMs = Math.max(this.#nextDueMs, nowMs) + this.#toxic.attributes.delay / 1000;
    this.#handOn(piece);
    // Pieces leave in turns of the event loop of their own, so that the kernel is given each by itself. A delay of less than the millisecond that
    // a timer takes is saved up until it is worth one.
    const waitMs = this.#nextDueMs - nowMs;
    if (waitMs < 1) {
      const turn = setImmediate(() => this.#advance());
      this.#cancel = () => clearImmediate(turn);
    } else {
      const timer = setTimeout(() => this.#advance(), waitMs);
      this.#cancel = () => clearTimeout(timer);
    }
  }

  #handOn(piece: Buffer | null): void {
    if (piece === null) {
      this.#outlet.end();
      return;
    }
    this.#held.subtract(piece.length);
    this.#outlet.write(piece);
  }
}

/** Halves `bytes`, each time a little off the middle, until every piece is about `averageBytes` long. Their concatenation is `bytes`. */
export function slice(
  bytes: Buffer,
  averageBytes: number,
  variationBytes: number,
  random: () => number,
): Buffer[] {
  if (bytes.length <= 1 || bytes.length - averageBytes <= variationBytes) return [bytes];
  const offset = variationBytes > 0 ? Math.floor(random() * variationBytes * 2) - variationBytes : 0;
  // Toxiproxy cuts outside the chunk, and crashes, where the variation exceeds the average: here both halves keep a byte.
  const middle = Math.min(Math.max(Math.floor(bytes.length / 2) + offset, 1), bytes.length - 1);
  return [
    ...slice(bytes.subarray(0, middle), averageBytes, variationBytes, random),
    ...slice(bytes.subarray(middle), averageBytes, variationBytes, random),
  ];
}
