/** After recovery every voter's `appliedIndex` reaches the highest commit that anyone reported before the final reads began. */
import type { NodeId } from '../../history/history.ts';
import { finalVoters } from '../configurations-at.ts';
import { lagEvidence } from '../lag.ts';
import { phaseSpan } from '../phases.ts';
import type { Evidence, Run } from '../property.ts';
import { nsPerMs, seconds } from '../words.ts';
import type { Poll } from './polls.ts';

export interface Unreached {
  readonly verdict: 'fail' | 'undecided';
  readonly evidence: Evidence;
}

export function behindCommit(run: Run, polls: ReadonlyMap<NodeId, readonly Poll[]>): Unreached[] {
  const recover = phaseSpan(run.history, 'recover');
  if (recover === undefined) return [];
  const all = [...polls.values()].flat();
  const highest = highestCommit(all, recover.toNs);
  if (highest === undefined) return [];
  return finalVoters(run).flatMap((voter) => {
    const answers = (polls.get(voter) ?? []).filter((poll) => poll.askedNs >= recover.fromNs);
    const last = answers.at(-1);
    if (last?.status.appliedIndex === undefined) return [];
    if (answers.some((poll) => (poll.status.appliedIndex ?? 0) >= highest.commit)) return [];
    return [unreached(run, voter, last, highest, recover.fromNs)];
  });
}

/** When the last change of the configuration was answered: whoever joined by it had to catch up from then on only. */
function lastChangedNs(history: Run['history']): number {
  return history.findLast((event) => event.f === 'change-membership')?.time ?? 0;
}

interface HighestCommit {
  readonly commit: number;
  readonly poll: Poll;
}

function highestCommit(polls: readonly Poll[], untilNs: number): HighestCommit | undefined {
  let highest: HighestCommit | undefined;
  for (const poll of polls) {
    const commit = poll.status.commitIndex;
    if (commit === undefined || poll.answeredNs > untilNs || commit <= (highest?.commit ?? -1)) continue;
    highest = { commit, poll };
  }
  return highest;
}

function unreached(
  { plan, history }: Run,
  voter: NodeId,
  last: Poll,
  { commit, poll }: HighestCommit,
  healedNs: number,
): Unreached {
  const fromNs = Math.max(healedNs, poll.answeredNs, lastChangedNs(history));
  const hadNs = last.askedNs - fromNs;
  const events = [poll.index, last.index].toSorted((a, b) => a - b);
  const seen = `${voter} had applied only ${last.status.appliedIndex} at ${seconds(last.answeredNs)}, while ${poll.node} had reported commit ${commit} at ${seconds(poll.answeredNs)}`;
  if (hadNs < plan.recoverWithinMs * nsPerMs)
    return {
      verdict: 'undecided',
      evidence: {
        summary: `${seen}; the run ended ${seconds(Math.max(0, hadNs))} later, too early to tell whether ${voter} catches up. A longer run would decide it.`,
        events,
      },
    };
  const lag = lagEvidence(history, fromNs, last.answeredNs);
  if (lag !== undefined)
    return { verdict: 'undecided', evidence: { ...lag, summary: `${seen}. ${lag.summary}` } };
  return {
    verdict: 'fail',
    evidence: {
      summary: `Expected every voter to apply what is committed within ${seconds(plan.recoverWithinMs * nsPerMs)} after healing, but ${seen}.`,
      events,
    },
  };
}
