/** Writing and reading binary data: little-endian, lengths before contents. */

/** Bytes that do not hold what they should. */
export class MalformedBytes extends Error {
  override readonly name = 'MalformedBytes';
}

/** The largest number that 48 bits hold: indices, terms and lives are below it. */
export const maxUint48 = 2 ** 48 - 1;

export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity = 1_024) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer.writeUInt8(value, at);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeUInt32LE(value, at);
  }

  u48(value: number): void {
    const at = this.#reserve(6);
    this.#buffer.writeUIntLE(value, at, 6);
  }

  /** A whole number up to `Number.MAX_SAFE_INTEGER`. */
  u53(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeDoubleLE(value, at);
  }

  flag(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  bytes(value: Uint8Array): void {
    this.u32(value.length);
    this.raw(value);
  }

  /** Bytes without their length. */
  raw(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#buffer.set(value, at);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.u32(length);
    const at = this.#reserve(length);
    this.#buffer.write(value, at, 'utf8');
  }

  optionalText(value: string | null): void {
    this.flag(value !== null);
    if (value !== null) this.text(value);
  }

  texts(values: readonly string[]): void {
    this.u32(values.length);
    for (const value of values) this.text(value);
  }

  /** Leaves room for `length` bytes that are filled in later, and returns where. */
  skip(length: number): number {
    return this.#reserve(length);
  }

  /** Overwrites what was skipped. */
  patchU32(at: number, value: number): void {
    this.#buffer.writeUInt32LE(value, at);
  }

  /** What was written from `from` on, still shared with the writer. */
  view(from: number): Buffer {
    return this.#buffer.subarray(from, this.#length);
  }

  /** What was written. The writer must not be used again. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Makes room, perhaps in another buffer: so it comes before the buffer is named. */
  #reserve(length: number): number {
    const at = this.#length;
    const needed = at + length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    this.#length = needed;
    return at;
  }
}

/** Reads what a `ByteWriter` wrote; every method throws `MalformedBytes` where the bytes end too early. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#buffer.length - this.#at;
  }

  u8(): number {
    return this.#buffer.readUInt8(this.#advance(1));
  }

  u32(): number {
    return this.#buffer.readUInt32LE(this.#advance(4));
  }

  u48(): number {
    return this.#buffer.readUIntLE(this.#advance(6), 6);
  }

  u53(): number {
    const value = this.#buffer.readDoubleLE(this.#advance(8));
    if (!Number.isSafeInteger(value) || value < 0) throw new MalformedBytes(`expected a count, saw ${value}`);
    return value;
  }

  flag(): boolean {
    const value = this.u8();
    if (value > 1) throw new MalformedBytes(`expected 0 or 1, saw ${value} at byte ${this.#at - 1}`);
    return value === 1;
  }

  /** A copy, so that keeping it does not keep what it was read from. */
  bytes(): Buffer {
    const length = this.u32();
    const at = this.#advance(length);
    return Buffer.from(this.#buffer.subarray(at, at + length));
  }

  text(): string {
    const length = this.u32();
    const at = this.#advance(length);
    return this.#buffer.toString('utf8', at, at + length);
  }

  optionalText(): string | null {
    return this.flag() ? this.text() : null;
  }

  texts(): string[] {
    const count = this.u32();
    // Each text takes four bytes at least, so a wrong count cannot ask for much memory.
    if (count * 4 > this.remaining) {
      throw new MalformedBytes(`expected ${count} texts, ${this.remaining} bytes remain`);
    }
    return Array.from({ length: count }, () => this.text());
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.remaining > 0) throw new MalformedBytes(`expected the end, ${this.remaining} bytes remain`);
  }

  #advance(length: number): number {
    if (length > this.remaining) {
      throw new MalformedBytes(`expected ${length} more bytes at byte ${this.#at}, ${this.remaining} remain`);
    }
    const at = this.#at;
    this.#at += length;
    return at;
  }
}
