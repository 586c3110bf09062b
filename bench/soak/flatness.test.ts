import { describe, expect, test } from '@jest/globals';
import { flatness } from './flatness.ts';

const samples = (count: number, at: (place: number) => number): number[] =>
  Array.from({ length: count }, (_, place) => at(place));

describe('flat', () => {
  test('is what warms up and then stays, and what goes up and down like a log that is compacted', () => {
    expect(
      flatness(
        samples(100, (place) => Math.min(100, 50 + place * 3)),
        0,
      ).flat,
    ).toBe(true);
    expect(
      flatness(
        samples(100, (place) => 50 + (place % 7)),
        0,
      ).flat,
    ).toBe(true);
  });

  test('is not what grows all the time, nor what grows once and for all', () => {
    const leak = flatness(
      samples(100, (place) => 100 + place),
      0,
    );
    expect(leak).toMatchObject({ secondQuarter: 137, lastQuarter: 187, flat: false });
    expect(leak.growth).toBeCloseTo(1.365, 3);
    expect(
      flatness(
        samples(100, (place) => (place < 60 ? 100 : 120)),
        0,
      ).flat,
    ).toBe(false);
  });

  test('is growth that says nothing, and no more than that', () => {
    const grows = samples(100, (place) => (place < 60 ? 10 : 15));
    expect(flatness(grows, 5).flat).toBe(true);
    expect(flatness(grows, 4.9).flat).toBe(false);
  });

  test('takes more than a handful of samples', () => {
    expect(() => flatness([1, 1, 1], 0)).toThrow(/at least 16 samples, saw 3/);
  });
});
