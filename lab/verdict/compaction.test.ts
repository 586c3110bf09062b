import { expect, test } from '@jest/globals';
import { compaction } from './compaction.ts';
import { RunBuilder } from './testdata/run-builder.ts';

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
