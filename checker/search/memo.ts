/** Which configurations the search has been in. */
import type { Bags } from './bags.ts';

/** Words of one entry: event, state, bag of operations taken early, bag of unknown operations used. */
const width = 4;
const initialSlots = 1024;

/**
 * A hash table over whole entries, each compared word by word: nothing is packed into one number, so nothing can run over. An entry is
 * dominated by one that is the same but has used up fewer unknown operations.
 */
export class Memo {
  readonly #used: Bags;
  readonly #more = new Map<number, number[]>();
  #words = new Int32Array(initialSlots * width).fill(-1);
  #slots = initialSlots;
  #size = 0;
  #moreBytes = 0;

  /** @param used the bags of used operations, for their dominance. */
  constructor(used: Bags) {
    this.#used = used;
  }

  get bytes(): number {
    return this.#words.byteLength + this.#moreBytes;
  }

  /** True if the configuration is new and not dominated; from then on it is known. */
  add(event: number, state: number, taken: number, used: number): boolean {
    if (this.#size * 2 >= this.#slots) this.#grow();
    const slot = this.#find(event, state, taken);
    if (this.#words[slot * width] === -1) {
      const base = slot * width;
      this.#words[base] = event;
      this.#words[base + 1] = state;
      this.#words[base + 2] = taken;
      this.#words[base + 3] = used;
      this.#size++;
      return true;
    }
    const first = this.#words[slot * width + 3] ?? -1;
    if (this.#used.includes(used, first)) return false;
    const others = this.#more.get(slot) ?? [];
    if (others.some((other) => this.#used.includes(used, other))) return false;
    others.push(used);
    this.#more.set(slot, others);
    this.#moreBytes += others.length === 1 ? 120 : 8;
    return true;
  }

  #find(event: number, state: number, taken: number): number {
    const words = this.#words;
    const mask = this.#slots - 1;
    let slot = mix(event, state, taken) & mask;
    for (;;) {
      const base = slot * width;
      if (words[base] === -1) return slot;
      if (words[base] === event && words[base + 1] === state && words[base + 2] === taken) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#words;
    const more = new Map(this.#more);
    this.#slots *= 2;
    this.#words = new Int32Array(this.#slots * width).fill(-1);
    this.#more.clear();
    for (let base = 0; base < old.length; base += width) {
      const event = old[base] ?? -1;
      if (event === -1) continue;
      const slot = this.#find(event, old[base + 1] ?? -1, old[base + 2] ?? -1);
      for (let word = 0; word < width; word++) this.#words[slot * width + word] = old[base + word] ?? -1;
      const others = more.size === 0 ? undefined : more.get(base / width);
      if (others !== undefined) this.#more.set(slot, others);
    }
  }
}

function mix(event: number, state: number, taken: number): number {
  let hash =
    Math.imul(event, 0x9e3779b1) ^ Math.imul(state + 1, 0x85ebca6b) ^ Math.imul(taken + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
