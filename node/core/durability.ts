/** What is known to be on disk: the answers of the driver, put in relation to the log as it is now. */
import { assert } from './assert.ts';
import type { HardState, LogIndex, Term } from './entry.ts';

interface Write {
  readonly sequence: number;
  readonly term: Term;
  lastIndex: LogIndex;
  readonly snapshotIndex: LogIndex;
}

export class Durability {
  #sequence = 0;
  readonly #inFlight: Write[] = [];
  #index: LogIndex;
  #term: Term;
  #snapshotIndex: LogIndex;

  constructor(hardState: HardState, lastIndex: LogIndex, snapshotIndex: LogIndex = 0) {
    this.#index = lastIndex;
    this.#term = hardState.term;
    this.#snapshotIndex = snapshotIndex;
  }

  /** Up to here the log as it is now is on disk. */
  get index(): LogIndex {
    return this.#index;
  }

  /** The term on disk. */
  get term(): Term {
    return this.#term;
  }

  /** Where the latest snapshot stands that a restart begins with: the log on disk says that it is there. */
  get snapshotIndex(): LogIndex {
    return this.#snapshotIndex;
  }

  /** Whether the disk is done with everything it was given. */
  get idle(): boolean {
    return this.#inFlight.length === 0;
  }

  /**
   * A write that brings the disk to `term` and `lastIndex` is about to begin; returns its sequence number.
   * @param snapshotIndex where the snapshot stands that the write names; 0 where it names none.
   */
  begin(term: Term, lastIndex: LogIndex, snapshotIndex: LogIndex = 0): number {
    this.#sequence += 1;
    this.#inFlight.push({ sequence: this.#sequence, term, lastIndex, snapshotIndex });
    return this.#sequence;
  }

  /**
   * The log was cut from `from` on. A write still in flight that holds a cut entry says nothing of the entry that takes its place, even when
   * that has the same index and term again.
   */
  truncated(from: LogIndex): void {
    this.#index = Math.min(this.#index, from - 1);
    for (const write of this.#inFlight) write.lastIndex = Math.min(write.lastIndex, from - 1);
  }

  /** A snapshot took the place of the whole log. What is on disk is known again when the write that says so is done. */
  restored(): void {
    this.#index = 0;
    for (const write of this.#inFlight) write.lastIndex = 0;
  }

  /** The write with this number, and all before it, are on disk. */
  persisted(sequence: number): void {
    assert(sequence <= this.#sequence, `write ${sequence} was begun before it was done (${this.#sequence})`);
    for (let write = this.#inFlight[0]; write !== undefined; write = this.#inFlight[0]) {
      if (write.sequence > sequence) return;
      this.#inFlight.shift();
      this.#term = write.term;
      this.#index = Math.max(this.#index, write.lastIndex);
      this.#snapshotIndex = Math.max(this.#snapshotIndex, write.snapshotIndex);
    }
  }
}
