/** Changes of the configuration and of the leader that somebody waits for at one node. */
import type { ChangeAnswer } from '@raft-lab/node/core/effects.ts';

export type ChangeResult = 'done' | 'in-progress' | 'stale' | 'not-caught-up' | 'maybe' | 'not-leader';

const changeLimitMs = 30_000;
const transferLimitMs = 1_500;

interface WaitingTransfer {
  readonly to: string;
  readonly sinceMs: number;
  readonly respond: (done: boolean) => void;
}

export class WaitingChanges {
  readonly #changes = new Map<
    number,
    { readonly sinceMs: number; readonly respond: (result: ChangeResult) => void }
  >();
  #transfers: WaitingTransfer[] = [];
  #lastNumber = 0;

  /** Whether a change is under way here. */
  get isChanging(): boolean {
    return this.#changes.size > 0;
  }

  /** Returns the name of the request. */
  change(sinceMs: number, respond: (result: ChangeResult) => void): number {
    this.#lastNumber += 1;
    this.#changes.set(this.#lastNumber, { sinceMs, respond });
    return this.#lastNumber;
  }

  transfer(to: string, sinceMs: number, respond: (done: boolean) => void): void {
    this.#transfers.push({ to, sinceMs, respond });
  }

  /** The core has decided. */
  changed({ request, outcome }: ChangeAnswer): void {
    const waiting = this.#changes.get(request);
    this.#changes.delete(request);
    waiting?.respond(outcome === 'given-up' ? 'maybe' : outcome);
  }

  /** Sees who leads, and gives up what has waited too long. */
  beat(nowMs: number, leaderNow: () => string | null): void {
    if (this.#transfers.length > 0) {
      const leader = leaderNow();
      this.#transfers = this.#transfers.filter(({ to, sinceMs, respond }) => {
        if (leader !== to && nowMs - sinceMs < transferLimitMs) return true;
        respond(leader === to);
        return false;
      });
    }
    for (const [request, { sinceMs, respond }] of this.#changes) {
      if (nowMs - sinceMs < changeLimitMs) continue;
      this.#changes.delete(request);
      respond('maybe');
    }
  }
}
