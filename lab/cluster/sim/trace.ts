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
    // The same as mixing in one character after another; most of what a trace takes in comes this way.
    let low = this.#low;
    let high = this.#high;
    for (let i = 0; i < value.length; i += 1) {
      low = mixedLow(low, value.charCodeAt(i));
      high = mixedHigh(high, low);
    }
    this.#low = low;
    this.#high = high;
    this.#mix(-1);
  }

  /** Sixteen hexadecimal digits. */
  get digest(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #mix(word: number): void {
    this.#low = mixedLow(this.#low, word);
    this.#high = mixedHigh(this.#high, this.#low);
  }
}

function mixedLow(low: number, word: number): number {
  const mixed = Math.imul(low ^ word, 0x01000193);
  return mixed ^ (mixed >>> 15);
}

function mixedHigh(high: number, low: number): number {
  return Math.imul(high ^ low, 0x85ebca6b) ^ (high >>> 13);
}
