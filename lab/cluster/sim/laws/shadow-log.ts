/** A node's log as its effects tell it: what the laws look at, without looking into the node. */
import type { AppendEffect } from '@raft-lab/node/core/effects.ts';
import type { Entry, Position } from '@raft-lab/node/core/entry.ts';
import type { Recovered } from '@raft-lab/node/core/state.ts';

export class ShadowLog {
  #base: Position;
  readonly #terms: number[];

  constructor({ base, entries }: Pick<Recovered, 'base' | 'entries'>) {
    this.#base = base;
    this.#terms = entries.map(({ term }) => term);
  }

  /** The place that the known part of the log follows on. */
  get base(): Position {
    return this.#base;
  }

  get lastIndex(): number {
    return this.#base.index + this.#terms.length;
  }

  /** Undefined where the log does not reach, or is not known any more. */
  termAt(index: number): number | undefined {
    return index === this.#base.index ? this.#base.term : this.#terms[index - this.#base.index - 1];
  }

  /** Follows a write; returns how many entries it cut off the end. */
  take({ base, truncateFrom, entries }: Pick<AppendEffect, 'base' | 'truncateFrom' | 'entries'>): number {
    if (base !== null && this.termAt(base.position.index) !== base.position.term) {
      // A snapshot took the place of everything.
      this.#base = base.position;
      this.#terms.length = 0;
      this.#push(entries);
      return 0;
    }
    let cut = 0;
    if (truncateFrom !== null && truncateFrom <= this.lastIndex) {
      cut = this.lastIndex - truncateFrom + 1;
      this.#terms.length = truncateFrom - this.#base.index - 1;
    }
    this.#push(entries);
    return cut;
  }

  #push(entries: readonly Entry[]): void {
    for (const { term } of entries) this.#terms.push(term);
  }
}
