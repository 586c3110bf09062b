import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sameStructure, structuralHash } from './structural-hash.ts';
import { structuralKey } from './structural-key.ts';

const plain = fc.anything({
  withBigInt: true,
  withMap: true,
  withSet: true,
  maxDepth: 3,
  key: fc.constantFrom('a', 'b', ''),
  values: [fc.constantFrom<unknown>(0, -0, NaN, 1, 1.5, 2 ** 32, '', '0', 'a', null, undefined, true)],
});

describe('hash and equality', () => {
  test('agree with the structural key', () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        const same = structuralKey(a) === structuralKey(b);
        expect(sameStructure(a, b)).toBe(same);
        if (same) expect(structuralHash(a)).toBe(structuralHash(b));
      }),
      { numRuns: 2_000 },
    );
  });

  test('hold a copy for the same', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const copy = structuredClone(value);
        expect(sameStructure(value, copy)).toBe(true);
        expect(structuralHash(value)).toBe(structuralHash(copy));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    [[1, 2], [1, 2], true],
    [[1, 2], [2, 1], false],
    [[1, '2'], [1, 2], false],
    [[0], [-0], true],
    [[NaN], [NaN], true],
    [new Set([1, 2]), new Set([2, 1]), true],
    [new Set([1, 2]), new Set([1, 3]), false],
    [new Set([[1]]), new Set([[1]]), true],
    [new Set([[1], 2]), new Set([[3], 2]), false],
    [[], new Set(), false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [null, undefined, false],
    [2 ** 32, 0, false],
  ])('%p and %p: %p', (a, b, same) => {
    expect(sameStructure(a, b)).toBe(same);
    if (same) expect(structuralHash(a)).toBe(structuralHash(b));
  });
});
