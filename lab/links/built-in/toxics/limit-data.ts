import type { Outlet, Stage } from '../stage.ts';
import type { ToxicOf } from '../toxic.ts';

/** `limit_data`: closes the connection once `bytes` bytes have passed; what comes after them is lost. */
export class LimitDataStage implements Stage {
  readonly #toxic: ToxicOf<'limit_data'>;
  readonly #outlet: Outlet;
  #passedBytes = 0;
  #closed = false;

  constructor(toxic: ToxicOf<'limit_data'>, outlet: Outlet) {
    this.#toxic = toxic;
    this.#outlet = outlet;
  }

  write(bytes: Buffer): void {
    if (this.#closed) return;
    const allowed = bytes.subarray(0, Math.max(0, this.#toxic.attributes.bytes - this.#passedBytes));
    this.#passedBytes += allowed.length;
    if (allowed.length > 0) this.#outlet.write(allowed);
    if (this.#passedBytes >= this.#toxic.attributes.bytes) this.end();
  }

  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#outlet.end();
  }

  update(): void {
    // The next write compares with the new limit.
  }

  release(): void {
    // Nothing is kept back, and a stream that was closed stays closed.
  }

  dispose(): void {
    // Nothing to stop.
  }
}
