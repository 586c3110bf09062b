import { expect, test } from '@jest/globals';
import { judge } from '../verdict/verdict.ts';
import { smallRun } from './testdata/small-run.ts';
import { timelineData } from './timeline-data.ts';

const run = smallRun({ stale: true });
const data = timelineData(run, judge(run).properties);

test('every operation has its column entries, times in microseconds and its lines', () => {
  const { operations } = data;
  const lengths = new Set(Object.values(operations).map((column: readonly unknown[]) => column.length));
  expect([...lengths]).toEqual([161]);
  const lost = operations.call.indexOf('write y := "lost"');
  expect([operations.from[lost], operations.length[lost], operations.outcome[lost]]).toEqual([
    320_000, 330_000, 2,
  ]);
  expect(run.history[operations.line[lost] ?? -1]).toMatchObject({ type: 'invoke', value: 'lost' });
  expect(run.history[operations.endLine[lost] ?? -1]).toMatchObject({ type: 'info', value: 'lost' });
});

test('operations of a lane never overlap', () => {
  const { lane, from, length } = data.operations;
  const until = new Map<number, number>();
  lane.forEach((row, at) => {
    expect(from[at]).toBeGreaterThanOrEqual(until.get(row) ?? 0);
    until.set(row, (from[at] ?? 0) + (length[at] ?? 0));
  });
  expect(data.lanes).toBe(4);
});

test('faults say what was resolved, and when they began, bit and ended', () => {
  expect(data.faults.map(({ label, times }) => ({ label, times }))).toEqual([
    { label: 'isolate n1 (black-hole)', times: [300_000, 310_000, 700_000, 710_000] },
    { label: 'kill n2', times: [900_000, 910_000, 1_200_000, 1_210_000] },
  ]);
});

test('each node has its roles, and lies down while it was dead', () => {
  const n2 = data.bands[1] ?? [];
  expect(n2.filter(([state]) => state === 'leader')).toEqual([['leader', 2, 420_000, 1_260_000]]);
  expect(n2.filter(([state]) => state === 'down')).toEqual([['down', 0, 905_000, 1_205_000]]);
  expect(data.lags).toEqual([[530_000, 650_000]]);
});
