import { describe, expect, test } from '@jest/globals';
import { judge } from '../../verdict/verdict.ts';
import type { Outcome } from '../jobs/job.ts';
import { smallRun } from '../testdata/small-run.ts';
import { judgeItem } from './judge-item.ts';
import { linearizableWithoutReads } from './linearizable-writes.ts';

const reads = ['alive', 'linearizable'];
const writes = ['alive', 'recovers', 'linearizable-writes'];

function judged(wrong: Parameters<typeof smallRun>[0], judgedBy: readonly string[]): Outcome {
  const run = smallRun(wrong);
  return judgeItem(run, judge(run), judgedBy, { run: 'runs/1', replay: 'raft-lab replay runs/1' });
}
const properties = (outcome: Outcome, of: 'findings' | 'remarks'): string[] =>
  outcome.verdict === 'examined' ? [] : outcome[of].map(({ property }) => property);

test('a run in which nothing is wrong passes, whatever it is judged by', () => {
  for (const judgedBy of [reads, writes]) {
    const outcome = judged({}, judgedBy);
    expect(outcome).toMatchObject({ verdict: 'pass', run: 'runs/1' });
    expect(properties(outcome, 'remarks')).toEqual([]);
  }
});

describe('a stale read', () => {
  test('costs points where reads are judged', () => {
    const outcome = judged({ stale: true }, reads);
    expect(outcome.verdict).toBe('fail');
    expect(properties(outcome, 'findings')).toEqual(['linearizable']);
  });

  test('is remarked where they are not', () => {
    const outcome = judged({ stale: true }, writes);
    expect(outcome.verdict).toBe('pass');
    expect(properties(outcome, 'remarks')).toEqual(['linearizable']);
  });
});

describe('a lost write', () => {
  test('costs points where writes are judged, without a remark that says the same', () => {
    const outcome = judged({ lost: true }, writes);
    expect(outcome.verdict).toBe('fail');
    expect(properties(outcome, 'findings')).toEqual(['linearizable-writes']);
    expect(properties(outcome, 'remarks')).toEqual([]);
  });

  test('is seen without the reads that were made while faults were at work', () => {
    expect(linearizableWithoutReads(smallRun({}))).toMatchObject({ verdict: 'pass' });
    expect(linearizableWithoutReads(smallRun({ stale: true }))).toMatchObject({ verdict: 'pass' });
    expect(linearizableWithoutReads(smallRun({ lost: true }))).toMatchObject({ verdict: 'fail' });
  });

  test('costs points where reads are judged too: there is no pass, and the reason is said', () => {
    const outcome = judged({ lost: true }, reads);
    expect(outcome.verdict).toBe('fail');
    if (outcome.verdict !== 'fail') return;
    expect(outcome.findings[0]?.details.at(-1)).toContain('not made by reading');
  });
});

describe('what is undecided', () => {
  const lacking = [{ name: 'fault:kill', atLeast: 1 }];

  test('is the lab’s fault when it failed or stood still, or when its fault was not in force', () => {
    for (const wrong of [
      { labFailure: true },
      { lagMs: 300, coverage: lacking },
      { coverage: lacking },
    ] as const)
      expect(judged(wrong, writes)).toMatchObject({ verdict: 'undecided', cause: 'lab' });
  });

  test('is the node’s when there was no leader to meet the fault, or too little was served', () => {
    const many = [{ name: 'operations-ok', atLeast: 1_000 }];
    for (const wrong of [{ skipped: true, coverage: lacking }, { coverage: many }] as const)
      expect(judged(wrong, writes)).toMatchObject({ verdict: 'undecided', cause: 'node' });
  });

  test('does not excuse what was seen all the same', () => {
    expect(judged({ labFailure: true, lost: true }, writes)).toMatchObject({ verdict: 'fail' });
  });
});
