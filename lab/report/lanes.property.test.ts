import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packRows } from './lanes.ts';
import { timeScale } from './time-scale.ts';

const intervals = fc
  .array(fc.record({ from: fc.nat(100), length: fc.nat(30) }), { maxLength: 40 })
  .map((list) =>
    list.map(({ from, length }) => ({ from, to: from + length })).toSorted((a, b) => a.from - b.from),
  );

test('no two intervals of a row overlap, and there are no more rows than intervals open at once', () => {
  fc.assert(
    fc.property(intervals, (list) => {
      const rows = packRows(list);
      for (const [a, one] of list.entries())
        for (const [b, other] of list.entries())
          if (a < b && rows[a] === rows[b]) expect(other.from).toBeGreaterThanOrEqual(one.to);
      const open = list.map(({ from }, at) => list.slice(0, at + 1).filter(({ to }) => to > from).length);
      expect(Math.max(-1, ...rows) + 1).toBeLessThanOrEqual(Math.max(0, ...open) + 1);
    }),
  );
});

test('a broken time axis keeps the order of all moments and stays within its width', () => {
  const moments = fc.array(fc.nat(10_000_000_000), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(moments, fc.array(fc.nat(10_000_000_000)), (given, others) => {
      const { x } = timeScale(given, 800);
      const places = [...given, ...others].toSorted((a, b) => a - b).map(x);
      for (const [at, place] of places.entries()) {
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThanOrEqual(800.001);
        expect(place).toBeGreaterThanOrEqual((places[at - 1] ?? 0) - 1e-6);
      }
    }),
  );
});

test('gaps of hours do not squeeze what lies close together', () => {
  const second = 1_000_000_000;
  const { x, breaks } = timeScale([0, 1_000_000, 3_600 * second, 3_600 * second + 1_000_000], 800);
  expect(x(1_000_000) - x(0)).toBeGreaterThan(80);
  expect(breaks).toHaveLength(1);
});
