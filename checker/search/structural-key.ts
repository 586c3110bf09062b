/** Plain data as a string: two values get the same one iff they are equal as data. */

/** The value is not plain data, so it has no key: functions, symbols, and instances of classes. */
export class NotPlainDataError extends Error {
  override readonly name = 'NotPlainDataError';
}

/**
 * Objects, arrays, maps and sets count by content, numbers as a `Map` sees them (`NaN` equals itself, `0` equals `-0`); a string never
 * equals a number. The key is injective: strings are quoted, every kind has its own mark.
 * @throws NotPlainDataError
 */
export function structuralKey(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return value === 0 ? '0' : String(value);
    case 'bigint':
      return `${value}n`;
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
      return value === null ? 'null' : objectKey(value);
    case 'function':
    case 'symbol':
      throw new NotPlainDataError(`A ${typeof value} is not plain data.`);
  }
}

function objectKey(value: object): string {
  if (Array.isArray(value)) return `[${value.map(structuralKey).join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Most data are plain objects of this realm; what follows is slower.
  if (prototype === Object.prototype) return entriesKey(value);
  if (isMap(value)) {
    const entries = [...value].map(([key, held]) => `${structuralKey(key)}:${structuralKey(held)}`);
    return `Map{${entries.sort().join(',')}}`;
  }
  if (isSet(value)) return `Set{${[...value].map(structuralKey).sort().join(',')}}`;
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new NotPlainDataError(`An instance of ${value.constructor.name} is not plain data.`);
  }
  return entriesKey(value);
}

function entriesKey(value: object): string {
  const entries: string[] = [];
  for (const [key, held] of Object.entries(value))
    entries.push(`${JSON.stringify(key)}:${structuralKey(held)}`);
  if (entries.length > 1) entries.sort();
  return `{${entries.join(',')}}`;
}

// By tag, because data from a worker or another realm is an instance of that realm's classes.
function isMap(value: object): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === '[object Map]';
}

export function isSet(value: object): value is ReadonlySet<unknown> {
  return value instanceof Set || Object.prototype.toString.call(value) === '[object Set]';
}
