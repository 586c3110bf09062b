/** A change that is asked for again and again while nothing stands in its way comes about. */
import { lagEvidence } from '../lag.ts';
import type { Evidence, Run } from '../property.ts';
import { listed, nsPerMs, seconds } from '../words.ts';
import { graceNs, type Owed } from './owed.ts';
import { calmStretches } from './calm.ts';
import { goals, type Goal } from './changes.ts';

/** How long the contract gives a new voter to catch up. */
const catchUpMs = 30_000;

export function neverGranted(run: Run): Owed[] {
  const calms = calmStretches(run);
  const pending = goals(run.history).filter(
    ({ tries }) => !tries.some(({ completion }) => completion?.type === 'ok'),
  );
  // A newcomer may also still be catching up for a change that was asked for before, and hold up those after it.
  const neededNs = pending.some(hasNewcomers) ? Math.max(catchUpMs * nsPerMs, graceNs(run)) : graceNs(run);
  return pending.flatMap((goal) => {
    const span = spanOf(goal);
    if (span === undefined) return [];
    return calms.flatMap((calm): Owed[] => {
      const fromNs = Math.max(calm.fromNs, span.fromNs);
      const toNs = Math.min(calm.toNs, span.toNs);
      if (toNs - fromNs < neededNs) return [];
      const evidence = evidenceOf(goal, fromNs, toNs);
      const lag = lagEvidence(run.history, fromNs, toNs);
      return lag === undefined
        ? [{ verdict: 'fail', evidence }]
        : [{ verdict: 'undecided', evidence: { ...lag, summary: `${evidence.summary} ${lag.summary}` } }];
    });
  });
}

/** From the first request to the last answer; what is still open when the history ends says nothing. */
function spanOf({ tries }: Goal): { readonly fromNs: number; readonly toNs: number } | undefined {
  const first = tries[0]?.invoke;
  const last = tries.findLast(({ completion }) => completion !== undefined)?.completion;
  return first === undefined || last === undefined ? undefined : { fromNs: first.time, toNs: last.time };
}

function hasNewcomers({ tries }: Goal): boolean {
  return tries.some(({ invoke: { value } }) =>
    value.to.voters.some((node) => !value.from.voters.includes(node)),
  );
}

function evidenceOf({ step, tries }: Goal, fromNs: number, toNs: number): Evidence {
  const [first] = tries;
  const answers = new Map<string, number>();
  for (const { completion } of tries) {
    const said = `${completion?.node ?? '?'}: ${completion?.error ?? 'no answer'}`;
    answers.set(said, (answers.get(said) ?? 0) + 1);
  }
  return {
    summary:
      `Expected the change to voters ${listed(first?.invoke.value.to.voters ?? [])} (${step}) to be committed, since from ${seconds(fromNs)} to ${seconds(toNs)} ` +
      `nothing stood in its way, but of ${tries.length} requests none was granted.`,
    events: tries.slice(-3).flatMap(({ invoke, completion }) => completion?.index ?? invoke.index),
    details: [...answers].map(([said, count]) => `${count} × ${said}`),
  };
}
