/** From a judged run to what it is worth for one item: only the properties of its part cost points. Pure. */
import type { Finding, Outcome } from '../jobs/job.ts';
import { coverageCounts } from '../../verdict/coverage.ts';
import type { NotJudged, PropertyResult, Run } from '../../verdict/property.ts';
import type { Judgement } from '../../verdict/verdict.ts';
import { linearizableWithoutReads, linearizableWrites } from './linearizable-writes.ts';

type Evidence = Pick<Outcome & { verdict: 'pass' }, 'run' | 'replay'>;

export function judgeItem(
  run: Run,
  { properties }: Judgement,
  judgedBy: readonly string[],
  evidence: Evidence,
): Outcome {
  const writes = linearizableWithoutReads(run);
  const all = 'notJudged' in writes ? properties : [...properties, writes];
  const mine = all.filter(({ name }) => judgedBy.includes(name));
  const broken = (concern: PropertyResult['concern']) =>
    mine.filter((result) => result.verdict === 'fail' && result.concern === concern);
  const remarks = all
    .filter(
      (result) => isBroken(result) && !judgedBy.includes(result.name) && result.name !== linearizableWrites,
    )
    // Where the writes cost points already, that they cannot be ordered together with the reads is no news.
    .filter(({ name }) => name !== 'linearizable' || !isBroken(writes))
    .map(findingOf);
  const about = { remarks, ...evidence };

  const unsafe = broken('safety');
  if (unsafe.length > 0) {
    const findings = unsafe.map((result) =>
      result.name === 'linearizable' && isBroken(writes)
        ? notByReading(findingOf(result))
        : findingOf(result),
    );
    return { verdict: 'fail', findings, ...about };
  }
  // What the lab broke may have broken liveness too.
  const lab = properties.filter(({ concern, verdict }) => concern === 'lab' && verdict === 'fail');
  if (lab.length > 0) return { verdict: 'undecided', cause: 'lab', findings: lab.map(findingOf), ...about };
  const stuck = broken('liveness');
  if (stuck.length > 0) return { verdict: 'fail', findings: stuck.map(findingOf), ...about };
  const doubts = [...mine, ...properties.filter(({ name }) => name === 'coverage')].filter(
    ({ verdict }) => verdict !== 'pass',
  );
  const distinct = [...new Set(doubts)];
  if (distinct.length > 0)
    return {
      verdict: 'undecided',
      cause: causeOf(run),
      findings: distinct.map(findingOf),
      ...about,
    };
  return { verdict: 'pass', findings: [], ...about };
}

/**
 * Why a run says nothing: the lab, when it stood still, or when a fault was not in force although there was a leader to meet it; the node, when it left
 * the lab nothing to judge.
 */
function causeOf(run: Run): 'lab' | 'node' {
  if (run.history.some((event) => event.f === 'lag')) return 'lab';
  const nobodyLed = run.history.some(
    (event) => event.process === 'nemesis' && event.value.stage === 'skipped',
  );
  if (nobodyLed) return 'node';
  const lacking = coverageCounts(run).filter(
    ({ needed, seen, notJudged }) => notJudged === undefined && seen < needed,
  );
  return lacking.some(({ name }) => name.startsWith('fault:')) ? 'lab' : 'node';
}

function isBroken(result: PropertyResult | NotJudged): result is PropertyResult {
  return (
    'verdict' in result &&
    result.verdict === 'fail' &&
    (result.concern === 'safety' || result.concern === 'liveness')
  );
}

/** For a part that is about reads: what a student should know before looking at them. */
function notByReading(finding: Finding): Finding {
  const hint =
    'This is not made by reading: without the reads that were made while faults were at work it is still there. Look first at the parts that are about writes.';
  return { ...finding, details: [...finding.details, hint] };
}

function findingOf({ name, verdict, evidence }: PropertyResult): Finding {
  const [first, ...others] = evidence;
  return {
    property: name,
    summary: first?.summary ?? verdict,
    details: [...(first?.details ?? []), ...others.map(({ summary }) => summary)],
  };
}
