import { longestTimerMs, type Outlet, type Stage } from '../stage.ts';
import type { ToxicOf } from '../toxic.ts';

/** `slow_close`: bytes pass, and the end of the stream comes `delay` milliseconds late. Removing the toxic ends a waiting stream at once. */
export class SlowCloseStage implements Stage {
  readonly #toxic: ToxicOf<'slow_close'>;
  readonly #outlet: Outlet;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(toxic: ToxicOf<'slow_close'>, outlet: Outlet) {
    this.#toxic = toxic;
    this.#outlet = outlet;
  }

  write(bytes: Buffer): void {
    this.#outlet.write(bytes);
  }

  end(): void {
    this.#ended = true;
    this.#timer = setTimeout(
      () => this.#outlet.end(),
      Math.min(this.#toxic.attributes.delay, longestTimerMs),
    );
  }

  update(): void {
    if (!this.#ended) return;
    clearTimeout(this.#timer);
    this.end();
  }

  release(): void {
    if (!this.#ended) return;
    clearTimeout(this.#timer);
    this.#outlet.end();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
