/** Changes of the configuration and of the leader, from the door to the core and back. */
import type { Membership } from '../core/configuration.ts';
import type { ChangeAnswer } from '../core/effects.ts';
import type { RaftStatus } from '../core/status.ts';

export type ChangeResult =
  | { readonly kind: 'done' | 'in-progress' | 'stale' | 'not-caught-up' | 'maybe' }
  | { readonly kind: 'not-leader'; readonly leader: string | null };

export type TransferResult =
  { readonly kind: 'done' | 'maybe' } | { readonly kind: 'not-leader'; readonly leader: string | null };

/** A change that is neither done nor given up after this is of unknown outcome. */
const changeLimitMs = 30_000;
/** A transfer takes an election; whoever does not lead after this has not been able to. */
const transferLimitMs = 1_500;

interface WaitingChange {
  readonly since: number;
  readonly resolve: (result: ChangeResult) => void;
}

interface WaitingTransfer {
  readonly to: string;
  readonly since: number;
  readonly resolve: (result: TransferResult) => void;
}

export interface ClusterRequestsOptions {
  readonly nowMs: () => number;
  readonly status: () => RaftStatus;
  readonly change: (request: number, target: Membership, onTopOf: number) => void;
  readonly transfer: (to: string) => void;
}

export class ClusterRequests {
  readonly #options: ClusterRequestsOptions;
  readonly #changes = new Map<number, WaitingChange>();
  #transfers: WaitingTransfer[] = [];
  #lastNumber = 0;

  constructor(options: ClusterRequestsOptions) {
    this.#options = options;
  }

  /** Asks for a configuration in place of the one at index `onTopOf`. */
  change(target: Membership, onTopOf: number): Promise<ChangeResult> {
    return new Promise((resolve) => {
      this.#lastNumber += 1;
      this.#changes.set(this.#lastNumber, { since: this.#options.nowMs(), resolve });
      this.#options.change(this.#lastNumber, target, onTopOf);
    });
  }

  transfer(to: string): Promise<TransferResult> {
    const { role, leader } = this.#options.status();
    if (leader === to) return Promise.resolve({ kind: 'done' });
    if (role !== 'leader') return Promise.resolve({ kind: 'not-leader', leader });
    return new Promise((resolve) => {
      this.#transfers.push({ to, since: this.#options.nowMs(), resolve });
      this.#options.transfer(to);
    });
  }

  /** The core has decided what becomes of a change. */
  changed({ request, outcome }: ChangeAnswer): void {
    const waiting = this.#changes.get(request);
    this.#changes.delete(request);
    if (outcome === 'given-up') waiting?.resolve({ kind: 'maybe' });
    else if (outcome === 'not-leader') {
      waiting?.resolve({ kind: 'not-leader', leader: this.#options.status().leader });
    } else waiting?.resolve({ kind: outcome });
  }

  /** Sees who leads, and gives up what has waited too long. */
  beat(): void {
    if (this.#transfers.length === 0 && this.#changes.size === 0) return;
    const now = this.#options.nowMs();
    const { leader } = this.#options.status();
    this.#transfers = this.#transfers.filter(({ to, since, resolve }) => {
      if (leader === to) resolve({ kind: 'done' });
      else if (now - since >= transferLimitMs) resolve({ kind: 'maybe' });
      else return true;
      return false;
    });
    for (const [request, { since, resolve }] of this.#changes) {
      if (now - since < changeLimitMs) continue;
      this.#changes.delete(request);
      resolve({ kind: 'maybe' });
    }
  }

  /** Answers everything that still waits: the node stops. */
  close(): void {
    for (const { resolve } of this.#changes.values()) resolve({ kind: 'maybe' });
    for (const { resolve } of this.#transfers) resolve({ kind: 'maybe' });
    this.#changes.clear();
    this.#transfers = [];
  }
}
