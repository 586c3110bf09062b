import { describe, expect, test } from '@jest/globals';
import type { Pair } from './comparison.ts';
import { compare, reachesGoal } from './comparison.ts';
import { seededRandom } from './statistics.ts';

const pair = (op: Pair['op'], clients: number, ours: number, etcd: number): Pair => ({
  op,
  clients,
  figures: {
    ours: { opsPerSecond: ours, p50Ms: 1_000 / ours, p99Ms: 2_000 / ours, cpuMicrosPerOp: 50 },
    etcd: { opsPerSecond: etcd, p50Ms: 1_000 / etcd, p99Ms: 2_000 / etcd, cpuMicrosPerOp: 150 },
  },
});

describe('a table', () => {
  test('has a row for each cell, with medians, and ratios within rounds', () => {
    const rows = compare(
      [
        pair('put', 1, 100, 50),
        pair('get', 8, 10, 20),
        // A slow moment of the machine hits both systems of a round alike.
        pair('put', 1, 20, 10),
        pair('put', 1, 90, 60),
      ],
      seededRandom(1),
    );
    expect(rows.map(({ op, clients }) => [op, clients])).toEqual([
      ['put', 1],
      ['get', 8],
    ]);
    expect(rows[0]).toMatchObject({
      ours: { opsPerSecond: 90, cpuMicrosPerOp: 50 },
      etcd: { opsPerSecond: 50 },
      throughputRatio: 2,
      throughputRatioInterval: [1.5, 2],
    });
    expect(rows[0]?.p99Ratio).toBeCloseTo(0.5);
    expect(rows[1]).toMatchObject({ throughputRatio: 0.5, p99Ratio: 2 });
  });
});

describe('the goal', () => {
  const row = (throughputRatio: number, p99Ratio: number, low: number): Parameters<typeof reachesGoal>[0] => {
    const [some] = compare([pair('put', 1, 1, 1)], seededRandom(1));
    if (some === undefined) throw new Error('a pair makes a row');
    return { ...some, throughputRatio, p99Ratio, p99RatioInterval: [low, 3] };
  };

  test.each([
    [1.5, 1, 0.9, true],
    [1.5, 1.1, 1.05, true],
    [1.5, 1.2, 0.9, true],
    [1.5, 1.2, 1.05, false],
    [1.49, 0.5, 0.4, false],
  ])('throughput %d, p99 %d from %d on: %j', (throughput, p99, low, reached) => {
    expect(reachesGoal(row(throughput, p99, low))).toBe(reached);
  });
});
