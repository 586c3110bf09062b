/** Plain data as a small number, and whether two are equal: without making strings of what is simple. */
import { isSet, structuralKey } from './structural-key.ts';

/** Of longer strings and arrays so many elements from the front, from the end, and from all over count: equality decides the rest. */
const sampled = 8;
const mostWhole = 3 * sampled;

/** Values that are equal as data (`structuralKey` says what that means) have equal hashes. */
export function structuralHash(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return hashOfNumber(value);
    case 'string':
      return hashOfString(value);
    case 'boolean':
      return value ? 1 : 2;
    case 'undefined':
      return 3;
    case 'object':
      return value === null ? 4 : hashOfObject(value);
    default:
      return hashOfString(structuralKey(value));
  }
}

/** Whether two values are equal as data. */
export function sameStructure(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Number.isNaN(a) && Number.isNaN(b);
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) if (!sameStructure(a[index], b[index])) return false;
    return true;
  }
  if (isRecord(a) && isRecord(b)) return sameRecord(a, b);
  if (isSet(a) && isSet(b) && a.size === b.size) {
    let simple = true;
    for (const element of a) {
      if (b.has(element)) continue;
      if (typeof element !== 'object') return false;
      simple = false;
    }
    if (simple) return true;
  }
  return structuralKey(a) === structuralKey(b);
}

type PlainRecord = Readonly<Record<string, unknown>>;

/** Objects that are nothing but their fields, of this realm or another. */
export function isRecord(value: object): value is PlainRecord {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function sameRecord(a: PlainRecord, b: PlainRecord): boolean {
  let fields = 0;
  for (const key in a) {
    if (!sameStructure(a[key], b[key]) || !Object.hasOwn(b, key)) return false;
    fields++;
  }
  for (const _ in b) fields--;
  return fields === 0;
}

function hashOfObject(value: object): number {
  if (Array.isArray(value)) return hashOfArray(value);
  if (isRecord(value)) {
    // Fields are in no order, so theirs counts for nothing.
    let hash = 5;
    for (const key in value) {
      hash = (hash + mix(key.length * 31 + key.charCodeAt(0), structuralHash(value[key]))) | 0;
    }
    return hash;
  }
  if (isSet(value)) {
    let hash = value.size;
    for (const element of value) hash = (hash + mix(1, structuralHash(element))) | 0;
    return hash;
  }
  return hashOfString(structuralKey(value));
}

function hashOfArray(value: readonly unknown[]): number {
  const { length } = value;
  let hash = length;
  if (length <= mostWhole) {
    for (const element of value) hash = mix(hash, structuralHash(element));
    return hash;
  }
  const stride = Math.floor(length / sampled);
  for (let index = 0; index < sampled; index++) {
    hash = mix(hash, structuralHash(value[index]));
    hash = mix(hash, structuralHash(value[index * stride]));
    hash = mix(hash, structuralHash(value[length - 1 - index]));
  }
  return hash;
}

function hashOfNumber(value: number): number {
  const whole = value | 0;
  // Fractions, numbers that are too large and NaN take the longer way.
  return whole === value ? whole : hashOfString(String(value));
}

function hashOfString(text: string): number {
  const { length } = text;
  let hash = length;
  if (length <= mostWhole) {
    for (let index = 0; index < length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
    return hash;
  }
  const stride = Math.floor(length / sampled);
  for (let index = 0; index < sampled; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
    hash = (Math.imul(hash, 31) + text.charCodeAt(index * stride)) | 0;
    hash = (Math.imul(hash, 31) + text.charCodeAt(length - 1 - index)) | 0;
  }
  return hash;
}

/** Lets the next hash count for a hash, in this order. */
export function mix(hash: number, next: number): number {
  const mixed = Math.imul(hash ^ next, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
