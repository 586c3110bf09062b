/** Small multisets of small integers, each stored once and known by a number, so that comparing two is comparing numbers. */
import { PairTable } from './pair-table.ts';

/** The empty bag. */
export const emptyBag = 0;

export class Bags {
  readonly #contents: (readonly number[])[] = [[]];
  /** For each bag, a bit for each element it holds, the same bit for some: without the bits of another it cannot include that. */
  readonly #marks: number[] = [0];
  readonly #numbers = new Map<string, number>([['', emptyBag]]);
  readonly #grown = new PairTable();
  readonly #shrunk = new PairTable();
  #bagBytes = 0;

  /** An estimate of the memory held. */
  get bytes(): number {
    return this.#bagBytes + this.#grown.bytes + this.#shrunk.bytes;
  }

  /** The elements in ascending order, repeated as often as they occur. */
  contents(bag: number): readonly number[] {
    return this.#contents[bag] ?? [];
  }

  has(bag: number, element: number): boolean {
    return this.contents(bag).includes(element);
  }

  count(bag: number, element: number): number {
    let count = 0;
    for (const each of this.contents(bag)) if (each === element) count++;
    return count;
  }

  /** With one more of `element`. */
  add(bag: number, element: number): number {
    const known = this.#grown.get(bag, element);
    if (known !== undefined) return known;
    const contents = this.contents(bag);
    const place = contents.findIndex((each) => each > element);
    const target = this.#intern(contents.toSpliced(place === -1 ? contents.length : place, 0, element));
    this.#grown.set(bag, element, target);
    return target;
  }

  /** With one less of `element`, which it holds. */
  remove(bag: number, element: number): number {
    const known = this.#shrunk.get(bag, element);
    if (known !== undefined) return known;
    const contents = this.contents(bag);
    const target = this.#intern(contents.toSpliced(contents.indexOf(element), 1));
    this.#shrunk.set(bag, element, target);
    return target;
  }

  /** Whether `larger` holds everything that `smaller` holds, as often at least. */
  includes(larger: number, smaller: number): boolean {
    if (larger === smaller || smaller === emptyBag) return true;
    if (((this.#marks[smaller] ?? 0) & ~(this.#marks[larger] ?? 0)) !== 0) return false;
    const all = this.contents(larger);
    const some = this.contents(smaller);
    let found = 0;
    for (let index = 0; index < all.length && found < some.length; index++) {
      if (all.length - index < some.length - found) return false;
      if (all[index] === some[found]) found++;
    }
    return found === some.length;
  }

  #intern(contents: readonly number[]): number {
    const key = contents.join(',');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#contents.push(contents) - 1;
    this.#numbers.set(key, number);
    this.#marks.push(contents.reduce((marks, element) => marks | (1 << (element & 31)), 0));
    this.#bagBytes += 200 + contents.length * 16;
    return number;
  }
}
