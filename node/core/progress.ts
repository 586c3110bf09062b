/** What a leader knows about one peer's log. */
import type { LogIndex, Snapshot } from './entry.ts';

interface InFlight {
  readonly lastIndex: LogIndex;
  readonly bytes: number;
}

/** Appends on their way to one peer at the same time, and their bytes: what a slow or silent peer can cost. */
const maxInFlightMessages = 64;
const maxInFlightBytes = 2 ** 21;

export class Progress {
  /** Up to here the peer's log is known to be the leader's and on the peer's disk. */
  match: LogIndex = 0;
  /** The next entry to send. */
  next: LogIndex;
  /**
   * `probe`: one append at a time until the logs are known to agree somewhere; `replicate`: a pipeline of them; `snapshot`: the next entry is compacted away,
   * and a snapshot is sent in its stead.
   */
  state: 'probe' | 'replicate' | 'snapshot' = 'probe';
  /** In `probe` and `snapshot`: a message is out, sent after this round of heartbeats; its answer or a later round's is awaited. */
  awaiting: number | null = null;
  /** In `snapshot`: what is sent, and how much of it the peer has. */
  sending: { readonly snapshot: Snapshot; stored: number } | null = null;
  /** The commit index in the last append sent. */
  sentCommit: LogIndex = 0;
  /** The highest round of heartbeats that the peer has answered. */
  ackedRound = 0;
  /** Heard from since the leader last counted its quorum. */
  active = true;
  /** Heard from in the interval before that, too. */
  #wasActive = true;
  #inFlight: InFlight[] = [];
  #inFlightBytes = 0;

  constructor(next: LogIndex) {
    this.next = next;
  }

  /** Heard from lately. */
  get isThere(): boolean {
    return this.active || this.#wasActive;
  }

  /** The leader counted its quorum; a new interval begins. */
  counted(): void {
    this.#wasActive = this.active;
    this.active = false;
  }

  /** Whether another append may be sent now. */
  get open(): boolean {
    return this.state !== 'replicate'
      ? this.awaiting === null
      : this.#inFlight.length < maxInFlightMessages && this.#inFlightBytes < maxInFlightBytes;
  }

  /** An append that ends at `lastIndex` was sent after a round of heartbeats. */
  sent(lastIndex: LogIndex, bytes: number, round: number): void {
    if (this.state === 'probe') {
      this.awaiting = round;
      return;
    }
    if (lastIndex < this.next) return;
    this.next = lastIndex + 1;
    this.#inFlight.push({ lastIndex, bytes });
    this.#inFlightBytes += bytes;
  }

  /** The peer holds the leader's log up to `matched`; returns whether that is news. */
  matched(matched: LogIndex): boolean {
    const news = matched > this.match;
    this.match = Math.max(this.match, matched);
    this.next = Math.max(this.next, this.match + 1);
    for (let first = this.#inFlight[0]; first !== undefined; first = this.#inFlight[0]) {
      if (first.lastIndex > matched) break;
      this.#inFlight.shift();
      this.#inFlightBytes -= first.bytes;
    }
    return news;
  }

  probe(next: LogIndex): void {
    this.state = 'probe';
    this.next = Math.max(next, this.match + 1);
    this.awaiting = null;
    this.sending = null;
    this.#inFlight = [];
    this.#inFlightBytes = 0;
  }

  replicate(): void {
    this.probe(this.match + 1);
    this.state = 'replicate';
  }

  beginSnapshot(snapshot: Snapshot): void {
    this.probe(snapshot.base.index + 1);
    this.state = 'snapshot';
    this.sending = { snapshot, stored: 0 };
  }

  /** The peer began a new life; what it holds is learned again. */
  restarted(next: LogIndex): void {
    this.match = 0;
    this.probe(next);
  }
}
