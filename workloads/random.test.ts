import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { forkSeed, seededRandom } from './random.ts';

const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('seeded randomness', () => {
  test('a sample holds different items, all of the pool, as many as asked for', () => {
    fc.assert(
      fc.property(seed, fc.uniqueArray(fc.integer()), fc.nat(20), (from, pool, count) => {
        const sample = seededRandom(from).sample(pool, count);
        expect(sample).toHaveLength(Math.min(count, pool.length));
        expect(new Set(sample).size).toBe(sample.length);
        expect(sample.every((item) => pool.includes(item))).toBe(true);
      }),
    );
  });

  test('every order of a small pool comes up', () => {
    const random = seededRandom(1);
    const orders = new Set(Array.from({ length: 500 }, () => random.sample(['a', 'b', 'c'], 3).join('')));
    expect(orders.size).toBe(6);
  });

  test('whole numbers stay within their bounds and reach both', () => {
    const random = seededRandom(2);
    const drawn = Array.from({ length: 1_000 }, () => random.int(3, 6));
    expect([...new Set(drawn)].sort()).toEqual([3, 4, 5, 6]);
  });

  test('forked streams are told apart by name and by seed', () => {
    expect(forkSeed(1, 'schedule')).toBe(forkSeed(1, 'schedule'));
    expect(forkSeed(1, 'schedule')).not.toBe(forkSeed(1, 'workload'));
    expect(forkSeed(1, 'schedule')).not.toBe(forkSeed(2, 'schedule'));
  });

  test('there is nothing to pick from an empty list', () => {
    expect(() => seededRandom(1).pick([])).toThrow('cannot pick from an empty list');
  });
});
