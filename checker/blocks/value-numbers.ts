/** Gives each value of a register a small number, in the order in which they are first seen. */
import type { RegisterValue } from './register-view.ts';

/** Whole numbers below this many times the length of the history are looked up in an array; anything else in a `Map`. */
const mostSpread = 4;
/** A history shorter than this is not worth an array. */
const shortHistory = 32;

/** Values are the same as `Map` has it: `NaN` equals itself, and `0` equals `-0`. */
export class ValueNumbers {
  readonly values: RegisterValue[] = [];
  readonly #numbers = new Map<RegisterValue, number>();
  readonly #mostPlaces: number;
  /** For a small whole number, one more than its number; 0 where it was not seen yet. */
  #places: Int32Array;

  /**
   * @param initial is number 0.
   * @param count of operations, about as many values are expected.
   */
  constructor(initial: RegisterValue, count: number) {
    this.#places = new Int32Array(count < shortHistory ? 0 : count);
    this.#mostPlaces = this.#places.length * mostSpread;
    this.numberOf(initial);
  }

  numberOf(value: RegisterValue): number {
    if (typeof value === 'number' && value >= 0 && value < this.#mostPlaces && (value | 0) === value) {
      if (value >= this.#places.length) this.#grow();
      const place = this.#places[value] ?? 0;
      if (place !== 0) return place - 1;
      const number = this.values.push(value) - 1;
      this.#places[value] = number + 1;
      return number;
    }
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const number = this.values.push(value) - 1;
    this.#numbers.set(value, number);
    return number;
  }

  #grow(): void {
    const larger = new Int32Array(this.#mostPlaces);
    larger.set(this.#places);
    this.#places = larger;
  }
}
