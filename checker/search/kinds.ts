/** Sorts operations into kinds: those of one kind do the same, apart from their time. */
import { Interned } from './interned.ts';
import { isRecord, mix, sameStructure, structuralHash } from './structural-hash.ts';
import { NotPlainDataError } from './structural-key.ts';

/**
 * An input followed by its output, each laid flat: of an object its fields, a name and a value in turn, so that most comparisons are of
 * simple values. Equal data with their fields in another order are of two kinds, which only costs time.
 */
type Flat = readonly unknown[];

/** Stands before the fields of an object, which it tells apart from other values. */
const fields = Symbol('fields');

export class Kinds {
  readonly #kinds: Interned<Flat>;

  /** @param expected how many kinds. */
  constructor(expected: number) {
    this.#kinds = new Interned(sameFlat, expected);
  }

  /** Kinds count from 0. What is no plain data, such as a function, makes its operation one of its own. */
  kindOf(input: unknown, output: unknown): number {
    const flat: unknown[] = [];
    try {
      return this.#kinds.numberOf(flat, lay(output, flat, lay(input, flat, 0)));
    } catch (error) {
      if (!(error instanceof NotPlainDataError)) throw error;
      // A new symbol is equal to nothing else.
      return this.#kinds.numberOf([Symbol('no plain data')], this.#kinds.size);
    }
  }
}

/** Returns the hash with that of the value. */
function lay(value: unknown, flat: unknown[], before: number): number {
  if (typeof value !== 'object' || value === null || !isRecord(value)) {
    flat.push(value);
    return mix(before, structuralHash(value));
  }
  let hash = before;
  flat.push(fields);
  for (const name in value) {
    const field = value[name];
    flat.push(name, field);
    hash = mix(hash, structuralHash(field));
  }
  return hash;
}

function sameFlat(a: Flat, b: Flat): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (a[index] !== b[index] && !sameStructure(a[index], b[index])) return false;
  }
  return true;
}
