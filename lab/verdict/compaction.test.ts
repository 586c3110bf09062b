import { describe, expect, test } from '@jest/globals';
import { compaction } from './compaction.ts';
import { cutBetween, RunBuilder } from './testdata/run-builder.ts';

const said = (appliedIndex: number, snapshotIndex: number | undefined) =>
  new RunBuilder()
    .allUp(1)
    .status(10, 'n1', {
      features: ['snapshot'],
      appliedIndex,
      ...(snapshotIndex === undefined ? {} : { snapshotIndex }),
    })
    .build();

test('a node without the feature is not judged', () => {
  expect(compaction(new RunBuilder().allUp(1).status(10, 'n1', {}).build())).toHaveProperty('notJudged');
});

test('a log that grows to ten times the threshold fails, a shorter one passes', () => {
  expect(compaction(said(1_001, 0))).toMatchObject({ verdict: 'fail' });
  expect(compaction(said(1_000, 0))).toMatchObject({ verdict: 'pass' });
  expect(compaction(said(90_000, 89_900))).toMatchObject({ verdict: 'pass' });
});

test('a status without the fields leaves it undecided', () => {
  expect(compaction(said(5, undefined))).toMatchObject({ verdict: 'undecided' });
});

describe('a node that was left behind', () => {
  const nodes = ['n1', 'n2', 'n3'];
  const fault = { kind: 'fall-behind', target: 'n3', cut: 'close' } as const;
  const snapshot = { features: ['snapshot'] };

  /** The others have compacted up to 500, and n3 ends at `end`; after it was healed at 2 s it says what it has applied. */
  function healed(end: number, applied: number, until = 9_000): RunBuilder {
    const run = new RunBuilder().phase(0, 'start').allUp(1).phase(100, 'faults');
    run.step(200, 2_000, 's', fault, { nodes: ['n3'], rules: cutBetween(['n3'], ['n1', 'n2']) });
    for (const node of nodes)
      run.status(1_900, node, {
        ...snapshot,
        appliedIndex: end,
        lastLogIndex: end,
        snapshotIndex: node === 'n3' ? 0 : 500,
      });
    for (let ms = 2_100; ms < until; ms += 100)
      run.status(ms, 'n3', {
        ...snapshot,
        appliedIndex: applied,
        lastLogIndex: applied,
        snapshotIndex: applied,
      });
    return run.phase(until, 'heal');
  }

  test('and never comes back fails', () => {
    const result = compaction(healed(300, 300).build());
    expect(result).toMatchObject({ verdict: 'fail', concern: 'liveness' });
    expect(JSON.stringify(result)).toContain(
      'whose log ended at 300 when the others had compacted up to 500',
    );
  });

  test('and comes back passes, and the evidence says that there was one', () => {
    expect(compaction(healed(300, 510).build())).toMatchObject({
      verdict: 'pass',
      evidence: [{ summary: 'Left behind what the others had compacted, and back again: n3.' }],
    });
  });

  test('is owed nothing before there was time, or where it was not behind, or is no voter any more', () => {
    expect(compaction(healed(300, 300, 5_000).build())).toMatchObject({ verdict: 'pass' });
    expect(compaction(healed(600, 300).build())).toMatchObject({ verdict: 'pass' });
    const removed = healed(300, 300).change(2_500, 2_600, { from: nodes, to: ['n1', 'n2'] });
    expect(compaction(removed.build())).toMatchObject({ verdict: 'pass' });
  });

  test('is undecided where the lab stood still meanwhile', () => {
    expect(compaction(healed(300, 300).lag(4_000, 400).build())).toMatchObject({ verdict: 'undecided' });
  });
});

test('a disk that outgrows what a bounded log can hold fails', () => {
  const disk = (mebibytes: number) =>
    compaction(
      new RunBuilder()
        .allUp(1)
        .status(10, 'n1', { features: ['snapshot'], appliedIndex: 5, snapshotIndex: 0 })
        .observe(20, {
          f: 'usage',
          value: { peerBytesSent: {}, diskBytes: { n1: mebibytes * 1_024 * 1_024 } },
        })
        .build(),
    );
  expect(disk(190)).toMatchObject({ verdict: 'fail', concern: 'safety' });
  expect(disk(180)).toMatchObject({ verdict: 'pass' });
});

test('whoever has left is not judged by what it kept', () => {
  const run = new RunBuilder()
    .allUp(1)
    .change(2, 3, { from: ['n1', 'n2', 'n3'], to: ['n2', 'n3'] })
    .status(10, 'n1', { features: ['snapshot'], appliedIndex: 5_000, snapshotIndex: 0 })
    .status(10, 'n2', { features: ['snapshot'], appliedIndex: 100, snapshotIndex: 50 });
  expect(compaction(run.build())).toMatchObject({ verdict: 'pass' });
});
