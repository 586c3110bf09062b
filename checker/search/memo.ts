/** Which configurations the search has been in. */
import type { Bags } from './bags.ts';

/** Words of one entry: event, state, operations taken that change something, those that only look, unknown ones used, next entry. */
const width = 6;
const takenWord = 2;
const lookedWord = 3;
const usedWord = 4;
const nextWord = 5;
const fewestEntries = 64;
/** What is expected is not yet there: more than this is not reserved for it. */
const mostReserved = 1 << 14;
const noEntry = -1;

/**
 * A hash table over whole entries, each compared word by word: nothing is packed into one number, so nothing can run over. An entry is
 * dominated by one that is the same but for having let more operations look that only look, or having used fewer unknown ones.
 */
export class Memo {
  readonly #used: Bags;
  /** Entries that agree in event, state and operations taken are a list; the table has the place of its first. */
  #words: Int32Array;
  #table: Int32Array;
  #size = 0;

  /**
   * @param used the bags of used operations, for their dominance.
   * @param expected configurations; it grows with more.
   */
  constructor(used: Bags, expected = 0) {
    this.#used = used;
    let entries = fewestEntries;
    while (entries < Math.min(expected, mostReserved)) entries *= 2;
    this.#words = new Int32Array(entries * width);
    this.#table = new Int32Array(entries * 2).fill(noEntry);
  }

  get bytes(): number {
    return this.#words.byteLength + this.#table.byteLength;
  }

  /**
   * True if the configuration is new and not dominated; from then on it is known.
   * @param looked as bits, the operations taken that only look, where they are told apart from the others.
   */
  add(event: number, state: number, taken: number, looked: number, used: number): boolean {
    if ((this.#size + 1) * width > this.#words.length) this.#grow();
    const slot = this.#find(event, state, taken);
    const first = this.#table[slot] ?? noEntry;
    const words = this.#words;
    for (let entry = first; entry !== noEntry; entry = words[entry + nextWord] ?? noEntry) {
      const itsLooked = words[entry + lookedWord] ?? 0;
      const itsUsed = words[entry + usedWord] ?? 0;
      if ((looked & ~itsLooked) === 0 && (used === itsUsed || this.#used.includes(used, itsUsed)))
        return false;
    }
    const entry = this.#size++ * width;
    words[entry] = event;
    words[entry + 1] = state;
    words[entry + takenWord] = taken;
    words[entry + lookedWord] = looked;
    words[entry + usedWord] = used;
    words[entry + nextWord] = first;
    this.#table[slot] = entry;
    return true;
  }

  #find(event: number, state: number, taken: number): number {
    const words = this.#words;
    const table = this.#table;
    const mask = table.length - 1;
    for (let slot = mix(event, state, taken) & mask; ; slot = (slot + 1) & mask) {
      const entry = table[slot] ?? noEntry;
      if (
        entry === noEntry ||
        (words[entry] === event && words[entry + 1] === state && words[entry + takenWord] === taken)
      )
        return slot;
    }
  }

  #grow(): void {
    const old = this.#table;
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    this.#table = new Int32Array(old.length * 2).fill(noEntry);
    for (const entry of old) {
      if (entry === noEntry) continue;
      const slot = this.#find(words[entry] ?? 0, words[entry + 1] ?? 0, words[entry + takenWord] ?? 0);
      this.#table[slot] = entry;
    }
  }
}

function mix(event: number, state: number, taken: number): number {
  let hash =
    Math.imul(event, 0x9e3779b1) ^ Math.imul(state + 1, 0x85ebca6b) ^ Math.imul(taken + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
