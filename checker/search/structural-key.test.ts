import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { NotPlainDataError, structuralKey } from './structural-key.ts';

test('two values have one key iff they are equal', () => {
  // Few leaves, so that equal values and near misses are frequent.
  const leaf = fc.constantFrom<unknown>(
    0,
    1,
    '0',
    '1',
    '',
    null,
    undefined,
    true,
    'true',
    1n,
    NaN,
    '"',
    ',',
    ':',
  );
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      fc.array(tie('value'), { maxLength: 2 }).map((items) => new Set(items)),
      fc.array(fc.tuple(leaf, tie('value')), { maxLength: 2 }).map((items) => new Map(items)),
    ),
  })).value;
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      expect(structuralKey(structuredClone(a))).toBe(structuralKey(a));
      fc.pre(!hasSetsOfObjects(a) && !hasSetsOfObjects(b));
      expect(structuralKey(a) === structuralKey(b)).toBe(isDeepStrictEqual(a, b));
    }),
    { numRuns: 3_000 },
  );
});

/** Such sets may hold two equal objects, which is one element too many for some notions of equality. */
function hasSetsOfObjects(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Set) return [...value].some((item) => typeof item === 'object' && item !== null);
  const parts: unknown[] = value instanceof Map ? [...value.values()] : Object.values(value);
  return parts.some(hasSetsOfObjects);
}

test('zero has one key, and the order of properties does not matter', () => {
  expect(structuralKey(-0)).toBe(structuralKey(0));
  expect(structuralKey({ a: 1, b: 2 })).toBe(structuralKey({ b: 2, a: 1 }));
  expect(structuralKey(new Set([1, 2]))).toBe(structuralKey(new Set([2, 1])));
  expect(structuralKey(new Map([[1, 2]]))).not.toBe(structuralKey({ 1: 2 }));
});

test.each([[() => 1], [Symbol('a')], [new Date(0)], [[new Uint8Array(1)]], [new Map([[1, () => 1]])]])(
  'what is not plain data has none: %p',
  (value) => {
    expect(() => structuralKey(value)).toThrow(NotPlainDataError);
  },
);
