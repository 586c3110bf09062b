/** A digest of everything that happens in a run, in order: equal for equal runs, and for no others that anyone will meet. */
export class Trace {
  #low = 0x811c9dc5;
  #high = 0x9e3779b9;

  /** Takes in whole numbers below 2^53. */
  number(value: number): void {
    this.#mix(value | 0);
    this.#mix(Math.floor(value / 2 ** 32) | 0);
  }

  text(value: string): void {
    for (let i = 0; i < value.length; i += 1) this.#mix(value.charCodeAt(i));
    this.#mix(-1);
  }

  /** Sixteen hexadecimal digits. */
  get digest(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #mix(word: number): void {
    this.#low = Math.imul(this.#low ^ word, 0x01000193);
    this.#low ^= this.#low >>> 15;
    this.#high = Math.imul(this.#high ^ this.#low, 0x85ebca6b) ^ (this.#high >>> 13);
  }
}
