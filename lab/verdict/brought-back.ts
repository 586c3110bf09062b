/** A node that was cut off until the others had compacted what it lacks is brought back, which takes a snapshot. */
import type { HistoryEvent, NodeId } from '../history/history.ts';
import { possibleVoters } from '../history/configurations.ts';
import { configurationsAt } from './configurations-at.ts';
import { lagEvidence } from './lag.ts';
import { settledStretches } from './membership/calm.ts';
import { graceNs, type Owed } from './membership/owed.ts';
import type { Run } from './property.ts';
import type { Poll } from './status/polls.ts';
import { seconds } from './words.ts';

type Polls = ReadonlyMap<NodeId, readonly Poll[]>;

/** A node that was behind what the others still had, when it was healed. */
export interface LeftBehind {
  readonly node: NodeId;
  readonly healedNs: number;
  readonly index: number;
  /** The end of its log then, and what the others had compacted at least. */
  readonly lastLogIndex: number;
  readonly compacted: number;
}

/** Proven by what all of them said before the lab lifted the cut: a node that tells no indices proves nothing. */
export function leftBehind(run: Run, polls: Polls): LeftBehind[] {
  return run.history.flatMap((event): LeftBehind[] => {
    if (!isLifted(event)) return [];
    const voters = possibleVoters(configurationsAt(run, event.time));
    const before = (node: NodeId): Poll | undefined =>
      polls.get(node)?.findLast(({ answeredNs }) => answeredNs <= event.time);
    return event.value.nodes.flatMap((node) => {
      const end = before(node)?.status.lastLogIndex;
      const others = voters.filter((voter) => voter !== node);
      const compacted = Math.min(...others.map((voter) => before(voter)?.status.snapshotIndex ?? 0));
      if (end === undefined || others.length === 0 || compacted <= end) return [];
      return [{ node, healedNs: event.time, index: event.index, lastLogIndex: end, compacted }];
    });
  });
}

function isLifted(event: HistoryEvent): event is Extract<HistoryEvent, { process: 'nemesis' }> {
  return event.process === 'nemesis' && event.f === 'fall-behind' && event.value.stage === 'ends';
}

export function notBroughtBack(run: Run, polls: Polls): Owed[] {
  const calms = settledStretches(run);
  const needed = graceNs(run);
  return leftBehind(run, polls).flatMap((behind): Owed[] => {
    const { node, healedNs, index, lastLogIndex, compacted } = behind;
    const mine = (polls.get(node) ?? []).filter(({ askedNs }) => askedNs >= healedNs);
    if (mine.some(({ status }) => (status.appliedIndex ?? 0) >= compacted)) return [];
    // It is owed while the node is a member, and only once nothing stood in the way for long enough.
    const calm = calms.find(
      ({ configuration, fromNs, toNs }) =>
        configuration.voters.includes(node) && toNs - Math.max(fromNs, healedNs) >= needed,
    );
    const last = mine.at(-1);
    if (calm === undefined || last?.status.appliedIndex === undefined) return [];
    const summary =
      `Expected ${node}, whose log ended at ${lastLogIndex} when the others had compacted up to ${compacted}, to be brought back by a snapshot after it was healed ` +
      `at ${seconds(healedNs)}, but at ${seconds(last.answeredNs)} it had applied ${last.status.appliedIndex}.`;
    const lag = lagEvidence(run.history, Math.max(calm.fromNs, healedNs), calm.toNs);
    if (lag !== undefined)
      return [{ verdict: 'undecided', evidence: { ...lag, summary: `${summary} ${lag.summary}` } }];
    return [{ verdict: 'fail', evidence: { summary, events: [index, last.index] } }];
  });
}
