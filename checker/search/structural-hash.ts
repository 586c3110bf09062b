/** Plain data as a small number, and whether two are equal: without making strings of what is an array or a set of simple values. */
import { isSet, structuralKey } from './structural-key.ts';

/** Values that are equal as data (`structuralKey` says what that means) have equal hashes. */
export function structuralHash(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return hashOfNumber(value);
    case 'string':
      return hashOfString(value);
    case 'object': {
      if (Array.isArray(value)) {
        let hash = value.length;
        for (const element of value) hash = mix(hash, structuralHash(element));
        return hash;
      }
      if (value !== null && isSet(value)) {
        // The order of insertion counts for nothing, so neither does that of adding up.
        let hash = value.size;
        for (const element of value) hash = (hash + mix(1, structuralHash(element))) | 0;
        return hash;
      }
      return hashOfString(structuralKey(value));
    }
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
    return a.length === b.length && a.every((element, index) => sameStructure(element, b[index]));
  }
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

function hashOfNumber(value: number): number {
  const whole = value | 0;
  // Fractions, numbers that are too large and NaN take the longer way.
  return whole === value ? whole : hashOfString(String(value));
}

function hashOfString(text: string): number {
  let hash = text.length;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}

function mix(hash: number, next: number): number {
  const mixed = Math.imul(hash ^ next, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
