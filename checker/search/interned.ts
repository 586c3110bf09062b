/** Gives equal elements one small number, and remembers them by it. */

/** How many slots there are at least, and slots for each element at least. */
const fewestSlots = 16;
/** What is expected is not yet there: more elements than this are not reserved for. */
const mostReserved = 1 << 12;
const slotsPerElement = 2;
const emptySlot = -1;

export class Interned<Element> {
  readonly #equal: (a: Element, b: Element) => boolean;
  readonly #elements: Element[] = [];
  /** Open addressing: the number of an element, or `emptySlot`. */
  #slots: Int32Array;
  #hashes: Int32Array;

  /** @param expected elements; it grows with more. */
  constructor(equal: (a: Element, b: Element) => boolean, expected = 0) {
    this.#equal = equal;
    let slots = fewestSlots;
    while (slots <= Math.min(expected, mostReserved) * slotsPerElement) slots *= 2;
    this.#slots = new Int32Array(slots).fill(emptySlot);
    this.#hashes = new Int32Array(slots / slotsPerElement);
  }

  get size(): number {
    return this.#elements.length;
  }

  /** An estimate of the memory held, without what elements hold themselves. */
  get bytes(): number {
    return this.#slots.byteLength + this.#hashes.byteLength + this.#elements.length * 8;
  }

  get(number: number): Element {
    const element = this.#elements[number];
    if (element === undefined) throw new RangeError(`There is no element ${number}.`);
    return element;
  }

  /**
   * The number of the element equal to this one, which is new if none is; numbers count from 0.
   * @param hash a whole number of 32 bits; equal elements have equal ones.
   */
  numberOf(element: Element, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] ?? emptySlot;
      if (number === emptySlot) return this.#add(element, hash, slot);
      if (this.#hashes[number] === hash && this.#equal(this.get(number), element)) return number;
    }
  }

  #add(element: Element, hash: number, slot: number): number {
    const number = this.#elements.push(element) - 1;
    this.#slots[slot] = number;
    this.#hashes[number] = hash;
    if (this.#elements.length === this.#hashes.length) this.#grow();
    return number;
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const slots = new Int32Array(hashes.length * slotsPerElement).fill(emptySlot);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#elements.length; number++) {
      let slot = spread(hashes[number] ?? 0) & mask;
      while (slots[slot] !== emptySlot) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}

/** Lets all bits of a hash, such as one that the caller gave, count for its place. */
function spread(hash: number): number {
  const mixed = Math.imul(hash, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
