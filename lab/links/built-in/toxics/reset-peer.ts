import { longestTimerMs, type Outlet, type Stage } from '../stage.ts';
import type { ToxicOf } from '../toxic.ts';

/**
 * `reset_peer`: the first byte that comes, or the end of the stream, is lost, and `timeout` milliseconds later the connection is reset. An idle connection
 * stays, as it does in Toxiproxy. Removing the toxic resets a connection whose bytes were lost already.
 */
export class ResetPeerStage implements Stage {
  readonly #toxic: ToxicOf<'reset_peer'>;
  readonly #outlet: Outlet;
  #timer: NodeJS.Timeout | undefined;

  constructor(toxic: ToxicOf<'reset_peer'>, outlet: Outlet) {
    this.#toxic = toxic;
    this.#outlet = outlet;
  }

  write(): void {
    if (this.#timer !== undefined) return;
    const { timeout } = this.#toxic.attributes;
    if (timeout <= 0) this.#outlet.reset();
    else this.#timer = setTimeout(() => this.#outlet.reset(), Math.min(timeout, longestTimerMs));
  }

  end(): void {
    this.write();
  }

  update(): void {
    if (this.#timer === undefined) return;
    this.dispose();
    this.write();
  }

  release(): void {
    if (this.#timer !== undefined) this.#outlet.reset();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
