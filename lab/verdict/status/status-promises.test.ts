import { describe, expect, test } from '@jest/globals';
import type { Run } from '../property.ts';
import { RunBuilder } from '../testdata/run-builder.ts';
import { statusPromises } from './status-promises.ts';

const leads = (term: number) => ({ role: 'leader' as const, term });

function reasons(run: Run): string[] {
  const result = statusPromises(run);
  return 'evidence' in result && result.verdict === 'fail'
    ? result.evidence.map(({ summary }) => summary)
    : [];
}

describe('one leader a term', () => {
  const base = () => new RunBuilder().allUp(1);

  test('two nodes that each say so twice fail', () => {
    const run = base()
      .status(10, 'n1', leads(3))
      .status(20, 'n1', leads(3))
      .status(30, 'n2', leads(3))
      .status(40, 'n2', leads(3))
      .build();
    expect(statusPromises(run)).toMatchObject({ verdict: 'fail', concern: 'safety' });
    expect(reasons(run)).toEqual([
      'Expected at most one leader in a term, but n1 and n2 all claimed to lead term 3: n1 said so at 0.010 s and 0.020 s and n2 said so at 0.030 s and 0.040 s.',
    ]);
  });

  test('a claim that was made once does not count', () => {
    const run = base()
      .status(10, 'n1', leads(3))
      .status(20, 'n1', leads(3))
      .status(30, 'n2', leads(3))
      .status(40, 'n2', leads(4))
      .build();
    expect(statusPromises(run)).toMatchObject({ verdict: 'pass' });
  });

  test('two answers that are not consecutive do not agree', () => {
    const run = base()
      .status(10, 'n1', leads(3))
      .status(20, 'n1', leads(3))
      .status(30, 'n2', leads(3))
      .status(40, 'n2', { role: 'follower', term: 3 })
      .status(50, 'n2', leads(3))
      .build();
    expect(statusPromises(run)).toMatchObject({ verdict: 'pass' });
  });

  test('answers of two lives do not agree', () => {
    const run = base()
      .status(10, 'n1', leads(3))
      .status(20, 'n1', leads(3))
      .status(30, 'n2', leads(3))
      .life(32, 'n2', 'down', 1)
      .life(35, 'n2', 'up', 2)
      .status(40, 'n2', leads(3), { life: 2 })
      .build();
    expect(statusPromises(run)).toMatchObject({ verdict: 'pass' });
  });

  test('a deposed leader that still claims its old term is no second leader', () => {
    const run = base();
    for (let at = 10; at < 100; at += 10) run.status(at, 'n1', leads(3)).status(at + 1, 'n2', leads(4));
    expect(statusPromises(run.build())).toMatchObject({ verdict: 'pass' });
  });
});

describe('what never goes back', () => {
  const base = () => new RunBuilder().allUp(1);

  test.each(['term', 'commitIndex', 'appliedIndex', 'snapshotIndex'] as const)(
    '%s of a living process',
    (field) => {
      const run = base()
        .status(10, 'n1', { [field]: 9 })
        .status(20, 'n1', { [field]: 8 })
        .build();
      expect(reasons(run)).toEqual([
        expect.stringContaining(`Expected ${field} of n1 never to go back, while a process lives`),
      ]);
    },
  );

  test.each(['term', 'snapshotIndex'] as const)('%s across a restart', (field) => {
    const run = base()
      .status(10, 'n1', { [field]: 9 })
      .life(12, 'n1', 'down', 1)
      .life(15, 'n1', 'up', 2)
      .status(20, 'n1', { [field]: 8 }, { life: 2 })
      .build();
    expect(reasons(run)).toEqual([expect.stringContaining('not even across a restart')]);
  });

  test.each(['commitIndex', 'appliedIndex'] as const)('%s may, across a restart', (field) => {
    const run = base()
      .status(10, 'n1', { [field]: 9 })
      .life(12, 'n1', 'down', 1)
      .life(15, 'n1', 'up', 2)
      .status(20, 'n1', { [field]: 0 }, { life: 2 })
      .build();
    expect(statusPromises(run)).toMatchObject({ verdict: 'pass' });
  });

  test('an answer that overtook another is not held against it', () => {
    const run = base()
      .status(30, 'n1', { commitIndex: 9 }, { asked: 20 })
      .status(40, 'n1', { commitIndex: 8 }, { asked: 10 })
      .build();
    expect(statusPromises(run)).toMatchObject({ verdict: 'pass' });
  });

  test('a poll that was under way while the node was restarted belongs to neither life', () => {
    const run = base()
      .status(10, 'n1', { commitIndex: 9 })
      .life(12, 'n1', 'down', 1)
      .status(14, 'n1', { commitIndex: 0 }, { asked: 11 })
      .status(15, 'n1', { commitIndex: 0 }, { asked: 14 })
      .life(16, 'n1', 'up', 2)
      .status(18, 'n1', { commitIndex: 1 }, { asked: 15, life: 1 })
      .build();
    expect(statusPromises(run)).toMatchObject({ verdict: 'pass' });
  });

  test('the log may shrink, but not below what is committed', () => {
    const shrinks = (to: number) =>
      base()
        .status(10, 'n1', { commitIndex: 5, lastLogIndex: 9 })
        .status(20, 'n1', { commitIndex: 5, lastLogIndex: to })
        .build();
    expect(statusPromises(shrinks(5))).toMatchObject({ verdict: 'pass' });
    expect(reasons(shrinks(4))).toEqual([
      expect.stringContaining('its lastLogIndex was 4 although it had said that 5 is committed'),
    ]);
  });
});

describe('equal hashes at quiet', () => {
  const base = () => new RunBuilder().allUp(1).phase(100, 'recover');
  const applied = (appliedHash: string) => ({ appliedIndex: 7, appliedHash });

  test('different hashes at one index fail', () => {
    const run = base().status(110, 'n1', applied('aa')).status(120, 'n2', applied('bb')).phase(130, 'stop');
    expect(reasons(run.build())).toEqual([expect.stringContaining('n1 had aa (at 0.110 s) and n2 had bb')]);
  });

  test('the same, while an operation is open, during a cut or before healing, is not quiet', () => {
    const busy = base()
      .write('a', { process: 0, from: 105, to: 125 })
      .status(110, 'n1', applied('aa'))
      .status(120, 'n2', applied('bb'));
    const cut = base()
      .cutOff(105, ['n3'])
      .status(110, 'n1', applied('aa'))
      .status(120, 'n2', applied('bb'))
      .cutOff(125, []);
    const early = base().status(50, 'n1', applied('aa')).status(120, 'n2', applied('bb'));
    for (const run of [busy, cut, early])
      expect(statusPromises(run.build())).toMatchObject({ verdict: 'pass' });
  });

  test('a pass says whether anything was compared', () => {
    const compared = base().status(110, 'n1', applied('aa')).status(120, 'n2', applied('aa')).build();
    expect(statusPromises(compared)).toMatchObject({
      evidence: [{ summary: 'Applied hashes agreed between up to 2 voters at quiet.' }],
    });
    expect(statusPromises(base().status(110, 'n1', applied('aa')).build())).toMatchObject({
      evidence: [{ summary: expect.stringContaining('none were compared') }],
    });
  });
});

describe('applied reaches the highest commit', () => {
  const base = () =>
    new RunBuilder()
      .allUp(1)
      .status(90, 'n1', { commitIndex: 50, appliedIndex: 50 })
      .phase(100, 'recover')
      .status(150, 'n1', { commitIndex: 50, appliedIndex: 50 })
      .status(150, 'n2', { commitIndex: 50, appliedIndex: 50 });

  test('passes once every voter has been there', () => {
    const run = base().status(160, 'n3', { appliedIndex: 50 }).phase(170, 'final-reads').phase(200, 'stop');
    expect(statusPromises(run.build())).toMatchObject({ verdict: 'pass' });
  });

  test('a voter that stays behind did not recover', () => {
    const run = base()
      .phase(170, 'final-reads')
      .status(5_200, 'n3', { appliedIndex: 49 })
      .phase(6_000, 'stop');
    expect(statusPromises(run.build())).toMatchObject({ verdict: 'fail', concern: 'liveness' });
  });

  test('one that had too little time is undecided, and so is one measured while the lab stood still', () => {
    const short = base()
      .phase(170, 'final-reads')
      .status(4_000, 'n3', { appliedIndex: 49 })
      .phase(4_100, 'stop');
    expect(statusPromises(short.build())).toMatchObject({ verdict: 'undecided' });
    const lagged = base().lag(3_000, 200).phase(170, 'final-reads').status(6_000, 'n3', { appliedIndex: 49 });
    expect(statusPromises(lagged.build())).toMatchObject({ verdict: 'undecided' });
  });

  test('what is committed during the final reads is not asked of a voter that is cut off', () => {
    const run = base()
      .status(160, 'n3', { appliedIndex: 50 })
      .phase(170, 'final-reads')
      .status(9_000, 'n1', { commitIndex: 90, appliedIndex: 90 })
      .status(9_000, 'n3', { appliedIndex: 50 })
      .phase(9_100, 'stop');
    expect(statusPromises(run.build())).toMatchObject({ verdict: 'pass' });
  });
});

test('a run in which nobody answered is undecided', () => {
  expect(statusPromises(new RunBuilder().allUp(1).build())).toMatchObject({ verdict: 'undecided' });
});

describe('configurations at quiet', () => {
  const known = (voters: string[], configIndex: number, appliedIndex = 9) => ({
    voters,
    learners: [],
    configIndex,
    commitIndex: 9,
    appliedIndex,
  });
  const three = ['n1', 'n2', 'n3'];
  const quiet = () => new RunBuilder().allUp(1).phase(10, 'recover');

  test('voters that have applied as much know the same one', () => {
    const run = quiet()
      .status(20, 'n1', known(three, 4))
      .status(20, 'n2', known(['n1', 'n2'], 7))
      .build();
    expect(statusPromises(run)).toMatchObject({ verdict: 'fail', concern: 'safety' });
    expect(reasons(run)[0]).toContain(
      'to know the same configuration, but n1 said at 0.020 s: voters n1, n2 and n3',
    );
  });

  test('what a voter said before it was told does not count, nor what one says that is still behind', () => {
    const late = quiet()
      .status(20, 'n1', known(three, 4))
      .status(20, 'n2', known(['n1', 'n2'], 2))
      .status(40, 'n2', known(three, 4))
      .build();
    expect(reasons(late)).toEqual([]);
    const behind = quiet()
      .status(20, 'n1', known(three, 4))
      .status(20, 'n2', known(['n1', 'n2'], 2, 3))
      .build();
    expect(reasons(behind)).toEqual([]);
  });

  test('whoever was removed may know an older one, and have applied something else', () => {
    const run = new RunBuilder()
      .allUp(1)
      .change(2, 3, { from: three, to: ['n1', 'n2'] })
      .phase(10, 'recover')
      .status(20, 'n1', { ...known(['n1', 'n2'], 7), appliedHash: 'a' })
      .status(20, 'n3', { ...known(three, 4), appliedHash: 'b' })
      .build();
    expect(reasons(run)).toEqual([]);
  });
});
