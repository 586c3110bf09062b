import { describe, expect, test } from '@jest/globals';
import { median, medianInterval, quantile, seededRandom, slope } from './statistics.ts';

describe('quantiles', () => {
  test('of a hundred values', () => {
    const values = Array.from({ length: 100 }, (_, at) => at + 1);
    expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 50, 99, 100]);
  });

  test('medians of odd and even numbers of values, in any order', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
  });
});

describe('the interval of a median', () => {
  test('lies within the values, holds the median, and is the same for the same seed', () => {
    const values = [10, 12, 11, 30, 9, 10.5, 11.5];
    const [low, high] = medianInterval(values, seededRandom(1));
    expect(low).toBeGreaterThanOrEqual(9);
    expect(low).toBeLessThanOrEqual(median(values));
    expect(high).toBeGreaterThanOrEqual(median(values));
    expect(high).toBeLessThanOrEqual(30);
    expect(medianInterval(values, seededRandom(1))).toEqual([low, high]);
  });

  test('narrows as measurements agree', () => {
    const width = (values: readonly number[]): number => {
      const [low, high] = medianInterval(values, seededRandom(2));
      return high - low;
    };
    expect(width([10, 10, 10, 10, 10])).toBe(0);
    expect(width([1, 5, 10, 15, 20])).toBeGreaterThan(0);
  });
});

test('the slope of a line, and of points around it', () => {
  expect(slope([1, 2, 5].map((x) => [x, 3 * x + 7]))).toBeCloseTo(3);
  expect(
    slope([
      [0, 1],
      [0, -1],
      [10, 21],
      [10, 19],
    ]),
  ).toBeCloseTo(2);
});
