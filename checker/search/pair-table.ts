/** A hash table from pairs of small integers to a small integer. Both are compared word by word, so no two pairs are mixed up. */

/** Words of one entry: the pair, and what it maps to. */
const width = 3;
const initialSlots = 16;
/** What is expected is not yet there: more pairs than this are not reserved for. */
const mostReserved = 1 << 14;
/** Marks a slot that holds nothing; no key is negative. */
const empty = -1;

export class PairTable {
  #words: Int32Array;
  #mask: number;
  #size = 0;

  /** @param expected pairs; it grows with more. */
  constructor(expected = 0) {
    let slots = initialSlots;
    while (slots < Math.min(expected, mostReserved) * 2) slots *= 2;
    this.#words = new Int32Array(slots * width).fill(empty);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  get(a: number, b: number): number | undefined {
    const place = this.find(a, b);
    return this.isEmpty(place) ? undefined : this.valueAt(place);
  }

  isEmpty(place: number): boolean {
    return this.#words[place] === empty;
  }

  /** @param place that is not empty. */
  valueAt(place: number): number {
    return this.#words[place + 2] ?? 0;
  }

  /** @param a with `b`, not negative and not in the table yet. */
  set(a: number, b: number, value: number): void {
    if (++this.#size * 2 > this.#mask) this.#grow();
    this.#put(a, b, value);
  }

  #put(a: number, b: number, value: number): void {
    const base = this.find(a, b);
    this.#words[base] = a;
    this.#words[base + 1] = b;
    this.#words[base + 2] = value;
  }

  /** Where the pair is, or would be until another is added. */
  find(a: number, b: number): number {
    const words = this.#words;
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const base = slot * width;
      if (words[base] === empty || (words[base] === a && words[base + 1] === b)) return base;
    }
  }

  #grow(): void {
    const old = this.#words;
    this.#mask = this.#mask * 2 + 1;
    this.#words = new Int32Array((this.#mask + 1) * width).fill(empty);
    for (let base = 0; base < old.length; base += width) {
      const a = old[base] ?? empty;
      if (a !== empty) this.#put(a, old[base + 1] ?? 0, old[base + 2] ?? 0);
    }
  }
}
