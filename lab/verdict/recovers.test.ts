import { describe, expect, test } from '@jest/globals';
import { recovers } from './recovers.ts';
import { RunBuilder } from './testdata/run-builder.ts';

const healed = 10_000;
const base = () =>
  new RunBuilder().allUp(1).phase(10, 'faults').phase(9_000, 'heal').phase(healed, 'recover');
const call = (process: number, from: number, to: number) => ({ process, from, to });

describe('recovers', () => {
  test('an accepted write in time, and a leader', () => {
    const run = base()
      .write('a', call(0, healed + 100, healed + 312))
      .status(healed + 400, 'n1', { role: 'leader' })
      .build();
    expect(recovers(run)).toMatchObject({
      verdict: 'pass',
      evidence: [{ summary: 'A write was accepted 0.312 s after the last heal.' }],
    });
  });

  test('a write that was begun before the heal and accepted after it counts too', () => {
    const run = base()
      .write('a', call(0, healed - 500, healed + 50))
      .status(healed + 60, 'n1', { role: 'leader' });
    expect(recovers(run.build())).toMatchObject({ verdict: 'pass' });
  });

  test('reads and comparisons that did not match are no accepted write', () => {
    const run = base()
      .read(null, call(0, healed + 1, healed + 2))
      .cas('a', 'b', false, { ...call(1, healed + 3, healed + 4), value: 'c' })
      .write('d', { ...call(2, healed + 5, healed + 2_005), outcome: 'info', error: 'timeout' })
      .status(healed + 4_000, 'n2', { role: 'candidate', term: 99 })
      .phase(healed + 5_001, 'final-reads')
      .build();
    const result = recovers(run);
    expect(result).toMatchObject({ verdict: 'fail', concern: 'liveness' });
    expect(result).toHaveProperty('evidence.0.details', [
      'n1 never answered /status',
      'n2 said at 14.000 s: candidate in term 99, leader unknown',
      'n3 never answered /status',
      '1 × ok',
      '1 × timeout',
    ]);
  });

  test('a write that comes too late fails and says how late', () => {
    const run = base()
      .write('a', call(0, healed + 100, healed + 7_200))
      .phase(healed + 8_000, 'stop')
      .build();
    expect(recovers(run)).toMatchObject({ verdict: 'fail' });
    expect(JSON.stringify(recovers(run))).toContain('the first one took 7.200 s');
  });

  test('is undecided where the lab stood still, did not try, ended early, or never healed', () => {
    const late = base().write('a', call(0, healed + 100, healed + 7_200));
    const lagged = late.lag(healed + 3_000, 150).phase(healed + 8_000, 'stop');
    const untried = base().phase(healed + 6_000, 'stop');
    const early = base()
      .write('a', { ...call(0, healed + 100, healed + 2_100), outcome: 'info' })
      .phase(healed + 3_000, 'stop');
    const neverHealed = new RunBuilder().allUp(1).phase(10, 'faults').phase(90, 'stop');
    for (const run of [lagged, untried, early, neverHealed])
      expect(recovers(run.build())).toMatchObject({ verdict: 'undecided' });
  });

  test('a write accepted in time stands, even though the lab stood still', () => {
    const run = base()
      .lag(healed + 1_000, 500)
      .write('a', call(0, healed + 1_100, healed + 1_200))
      .status(healed + 1_300, 'n1', { role: 'leader' });
    expect(recovers(run.build())).toMatchObject({ verdict: 'pass' });
  });

  test('a cluster that accepts writes without anyone saying that it leads fails, once all were asked', () => {
    const run = base().write('a', call(0, healed + 100, healed + 200));
    expect(recovers(run.build())).toMatchObject({ verdict: 'undecided' });
    for (const node of ['n1', 'n2', 'n3']) run.status(healed + 300, node, { role: 'follower' });
    expect(recovers(run.build())).toMatchObject({ verdict: 'fail' });
  });
});
