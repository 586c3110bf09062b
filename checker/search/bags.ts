/** Small multisets of small integers, each stored once and known by a number, so that comparing two is comparing numbers. */

/** The empty bag. */
export const emptyBag = 0;

export class Bags {
  readonly #contents: (readonly number[])[] = [[]];
  readonly #numbers = new Map<string, number>([['', emptyBag]]);
  readonly #grown: Map<number, number>[] = [new Map<number, number>()];
  readonly #shrunk: Map<number, number>[] = [new Map<number, number>()];
  #bytes = 0;

  /** An estimate of the memory held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The elements in ascending order, repeated as often as they occur. */
  contents(bag: number): readonly number[] {
    return this.#contents[bag] ?? [];
  }

  has(bag: number, element: number): boolean {
    return this.contents(bag).includes(element);
  }

  count(bag: number, element: number): number {
    return this.contents(bag).reduce((count, each) => (each === element ? count + 1 : count), 0);
  }

  /** With one more of `element`. */
  add(bag: number, element: number): number {
    return this.#follow(this.#grown, bag, element, (contents) =>
      [...contents, element].sort((a, b) => a - b),
    );
  }

  /** With one less of `element`, which it holds. */
  remove(bag: number, element: number): number {
    return this.#follow(this.#shrunk, bag, element, (contents) =>
      contents.toSpliced(contents.indexOf(element), 1),
    );
  }

  /** Whether `larger` holds everything that `smaller` holds, as often at least. */
  includes(larger: number, smaller: number): boolean {
    if (larger === smaller || smaller === emptyBag) return true;
    const all = this.contents(larger);
    let next = 0;
    for (const element of this.contents(smaller)) {
      next = all.indexOf(element, next) + 1;
      if (next === 0) return false;
    }
    return true;
  }

  #follow(
    edges: readonly Map<number, number>[],
    bag: number,
    element: number,
    change: (contents: readonly number[]) => readonly number[],
  ): number {
    const known = edges[bag]?.get(element);
    if (known !== undefined) return known;
    const target = this.#intern(change(this.contents(bag)));
    edges[bag]?.set(element, target);
    this.#bytes += 40;
    return target;
  }

  #intern(contents: readonly number[]): number {
    const key = contents.join(',');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#contents.push(contents) - 1;
    this.#numbers.set(key, number);
    this.#grown.push(new Map());
    this.#shrunk.push(new Map());
    this.#bytes += 400 + contents.length * 16;
    return number;
  }
}
