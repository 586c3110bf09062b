import { describe, expect, test } from '@jest/globals';
import { contradictions } from '../../plan/read-plan.ts';
import { RunBuilder } from '../../verdict/testdata/run-builder.ts';
import { calibrationOf, calibrationPlan, widenedPlan, wideningFor } from './calibration.ts';

const fast = { startMs: 1_500, silenceMs: 300, lagMs: 0 };

describe('limits', () => {
  test('stay as they are on a machine that is fast enough', () => {
    expect(wideningFor([fast, { ...fast, startMs: 4_000 }])).toMatchObject({
      factor: 1,
      says: expect.stringContaining('are as the contract'),
    });
  });

  test('widen with whatever took longest, at the slowest worker', () => {
    expect(wideningFor([fast, { ...fast, startMs: 7_000 }]).factor).toBe(2);
    expect(wideningFor([{ ...fast, silenceMs: 2_000 }]).factor).toBe(1.5);
    expect(wideningFor([{ ...fast, lagMs: 600 }])).toMatchObject({
      factor: 2.5,
      says: expect.stringContaining('2.5 times'),
    });
  });

  test('widen four times at most', () => {
    expect(wideningFor([{ ...fast, startMs: 1_000_000 }]).factor).toBe(4);
  });

  test('of a plan are those that cost points', () => {
    const widened = widenedPlan(calibrationPlan, { factor: 2.5, says: '' });
    expect(widened).toEqual({ ...calibrationPlan, recoverWithinMs: 12_500 });
    expect(contradictions(widened)).toEqual([]);
  });
});

test('a calibration is read from the run: the longest silence of writes, and the longest standstill', () => {
  const run = new RunBuilder()
    .phase(0, 'start')
    .phase(1_000, 'faults')
    .write('a', { process: 0, from: 1_100, to: 1_200 })
    .write('b', { process: 0, from: 1_300, to: 2_000 })
    .write('lost', { process: 1, from: 2_300, to: 2_500, outcome: 'info' })
    .write('c', { process: 0, from: 2_600, to: 2_700 })
    .lag(2_650, 120)
    .phase(3_000, 'heal')
    .build();
  expect(calibrationOf(run, 900)).toEqual({ startMs: 900, silenceMs: 800, lagMs: 120 });
});
