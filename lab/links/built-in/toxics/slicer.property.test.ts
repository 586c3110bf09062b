import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { slice } from './slicer.ts';

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('the pieces are the whole, and none is empty', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 2000 }),
      fc.nat(100),
      fc.nat(200),
      fc.infiniteStream(fraction),
      (content, averageBytes, variationBytes, fractions) => {
        const bytes = Buffer.from(content);
        const pieces = slice(bytes, averageBytes, variationBytes, () => fractions.next().value as number);
        expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
        for (const piece of pieces) expect(piece.length).toBeGreaterThan(0);
      },
    ),
  );
});

test('no piece exceeds the average by more than the variation', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 100 }),
      fc.nat(99),
      fc.infiniteStream(fraction),
      (length, averageBytes, variationBytes, fractions) => {
        const pieces = slice(
          Buffer.alloc(length),
          averageBytes,
          variationBytes,
          () => fractions.next().value as number,
        );
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(averageBytes + variationBytes);
        }
      },
    ),
  );
});
