import { longestTimerMs, type Outlet, type Stage } from '../stage.ts';
import type { ToxicOf } from '../toxic.ts';

/**
 * `timeout`: every byte is lost, and after `timeout` milliseconds without one the connection is closed; with 0 it stays open until the toxic is removed.
 * Removing the toxic closes the connection, as Toxiproxy does: a stream with a hole in it is of no use to anyone.
 */
export class TimeoutStage implements Stage {
  readonly #toxic: ToxicOf<'timeout'>;
  readonly #outlet: Outlet;
  #timer: NodeJS.Timeout | undefined;

  constructor(toxic: ToxicOf<'timeout'>, outlet: Outlet) {
    this.#toxic = toxic;
    this.#outlet = outlet;
    this.update();
  }

  write(): void {
    this.update();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outlet.end();
  }

  update(): void {
    clearTimeout(this.#timer);
    const { timeout } = this.#toxic.attributes;
    if (timeout > 0) this.#timer = setTimeout(() => this.#outlet.end(), Math.min(timeout, longestTimerMs));
  }

  release(): void {
    this.end();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
