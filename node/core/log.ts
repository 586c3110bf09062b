/** The log in memory: what follows the snapshot, and what of it has been handed to the disk. */
import { assert } from './assert.ts';
import type { Entry, LogIndex, Payload, Position, Term } from './entry.ts';
import { entryBytes } from './entry.ts';

export interface Unsaved {
  readonly truncateFrom: LogIndex | null;
  readonly entries: readonly Entry[];
}

export class Log {
  #base: Position;
  #entries: Entry[];
  /** The last index that the disk has been given, whether it is done with it or not. */
  #handed: LogIndex;
  #truncateFrom: LogIndex | null = null;

  /** @param base the snapshot's place, or 0 and 0; @param entries what the disk holds after it. */
  constructor(base: Position, entries: readonly Entry[]) {
    this.#base = base;
    this.#entries = [...entries];
    this.#handed = base.index + entries.length;
    let previous = base;
    for (const entry of entries) {
      assert(
        entry.index === previous.index + 1,
        `entry ${entry.index} follows on entry ${previous.index} without a gap`,
      );
      assert(entry.term >= previous.term, `terms in the log never decrease (index ${entry.index})`);
      previous = entry;
    }
  }

  /** The place of the snapshot that the log follows on. */
  get base(): Position {
    return this.#base;
  }

  get last(): Position {
    const entry = this.#entries.at(-1);
    return entry === undefined ? this.#base : { index: entry.index, term: entry.term };
  }

  get lastIndex(): LogIndex {
    return this.#base.index + this.#entries.length;
  }

  /** The last index given to the disk so far. */
  get handed(): LogIndex {
    return this.#handed;
  }

  /** The term at an index, or undefined where the log does not reach or was compacted. */
  termAt(index: LogIndex): Term | undefined {
    if (index === this.#base.index) return this.#base.term;
    return this.#entries[index - this.#base.index - 1]?.term;
  }

  payloadAt(index: LogIndex): Payload | undefined {
    return this.#entries[index - this.#base.index - 1]?.payload;
  }

  /** Entries from `from` on to `upTo`, cut after about `maxBytes` but never before the first. */
  slice(from: LogIndex, upTo: LogIndex, maxBytes: number): readonly Entry[] {
    assert(from > this.#base.index, `entries from ${from} on were not compacted (base ${this.#base.index})`);
    let end = from - this.#base.index - 1;
    const start = end;
    const limit = Math.min(upTo - this.#base.index, this.#entries.length);
    let bytes = 0;
    for (let entry = this.#entries[end]; entry !== undefined && end < limit; entry = this.#entries[end]) {
      bytes += entryBytes(entry);
      if (end > start && bytes > maxBytes) break;
      end += 1;
    }
    return this.#entries.slice(start, end);
  }

  append(entry: Entry): void {
    const { index, term } = this.last;
    assert(entry.index === index + 1, `entry ${entry.index} follows on entry ${index} without a gap`);
    assert(
      entry.term >= term,
      `terms in the log never decrease (${entry.term} after ${term} at ${entry.index})`,
    );
    this.#entries.push(entry);
  }

  /** Forgets the entries from `from` on. The caller has made sure that none of them is committed. */
  truncate(from: LogIndex): void {
    assert(from > this.#base.index && from <= this.lastIndex, `a truncation from ${from} is inside the log`);
    this.#entries.length = from - this.#base.index - 1;
    if (from <= this.#handed) {
      this.#handed = from - 1;
      this.#truncateFrom = Math.min(this.#truncateFrom ?? from, from);
    }
  }

  /** Forgets the entries up to `index`; a snapshot stands for them. */
  compact(index: LogIndex): void {
    if (index <= this.#base.index) return;
    const term = this.termAt(index);
    assert(term !== undefined && index <= this.#handed, `what is compacted (${index}) is in the log on disk`);
    this.#entries = this.#entries.slice(index - this.#base.index);
    this.#base = { index, term };
  }

  /** Begins again after `base`, with no entries: a snapshot took the place of everything. */
  restore(base: Position): void {
    this.#base = base;
    this.#entries = [];
    this.#handed = base.index;
    this.#truncateFrom = base.index + 1;
  }

  /**
   * The last index, not above `index`, whose term is not above `term`: where a log that has `term` at `index` can at most agree with this one.
   * It skips a whole term at a time, so that finding the common part takes few messages (Raft §5.3).
   */
  agreesAtMost({ index, term }: Position): LogIndex {
    let place = Math.min(index, this.lastIndex);
    while (place > this.#base.index && (this.termAt(place) ?? 0) > term) place -= 1;
    return place;
  }

  /** What the disk has not been given yet; it counts as given from now on. */
  takeUnsaved(): Unsaved {
    const entries = this.#entries.slice(this.#handed - this.#base.index);
    const truncateFrom = this.#truncateFrom;
    this.#handed = this.lastIndex;
    this.#truncateFrom = null;
    return { truncateFrom, entries };
  }

  hasUnsaved(): boolean {
    return this.#handed < this.lastIndex || this.#truncateFrom !== null;
  }
}
