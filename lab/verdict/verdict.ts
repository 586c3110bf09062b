/** From a run to its verdict: every property, then the one that decides. */
import { alive } from './alive.ts';
import { answers } from './answers.ts';
import { available } from './available.ts';
import { budget } from './budget.ts';
import { compaction } from './compaction.ts';
import { coverage, coverageCounts, type CoverageCount } from './coverage.ts';
import { everyVoterCounts } from './every-voter-counts.ts';
import { labFailure } from './lab-failure.ts';
import { linearizable } from './linearizable.ts';
import { membership } from './membership/membership.ts';
import type { NotJudged, Property, PropertyResult, Run } from './property.ts';
import { recovers } from './recovers.ts';
import { statusPromises } from './status/status-promises.ts';

export type OverallVerdict = 'pass' | 'fail' | 'undecided' | 'error';

/** 0 pass, 1 violation, 2 did not recover, 3 undecided, 4 the lab or its environment failed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export interface Judgement {
  readonly verdict: OverallVerdict;
  readonly exitCode: ExitCode;
  /** In the order in which a reader wants them. */
  readonly properties: readonly PropertyResult[];
  /** Properties for which the run gave no occasion, and why. */
  readonly notJudged: readonly NotJudged[];
  readonly coverage: readonly CoverageCount[];
}

const properties: readonly Property[] = [
  linearizable,
  alive,
  answers,
  statusPromises,
  recovers,
  available,
  membership,
  everyVoterCounts,
  compaction,
  budget,
  coverage,
  labFailure,
];

/** Pure: the same run gets the same judgement. */
export function judge(run: Run): Judgement {
  const results: PropertyResult[] = [];
  const notJudged: NotJudged[] = [];
  for (const property of properties) {
    const result = property(run);
    if ('notJudged' in result) notJudged.push(result);
    else results.push(result);
  }
  return { ...overall(results), properties: results, notJudged, coverage: coverageCounts(run) };
}

/**
 * What decides where several hold: a violation before the lab's own failure, since what was seen was seen; the lab's failure before liveness, which it may
 * have caused; liveness before doubt.
 */
export function overall(results: readonly PropertyResult[]): Pick<Judgement, 'verdict' | 'exitCode'> {
  const failed = (concern: PropertyResult['concern']): boolean =>
    results.some((result) => result.verdict === 'fail' && result.concern === concern);
  if (failed('safety')) return { verdict: 'fail', exitCode: 1 };
  if (failed('lab')) return { verdict: 'error', exitCode: 4 };
  if (failed('liveness')) return { verdict: 'fail', exitCode: 2 };
  if (failed('coverage') || results.some((result) => result.verdict === 'undecided'))
    return { verdict: 'undecided', exitCode: 3 };
  return { verdict: 'pass', exitCode: 0 };
}
