/** Whoever was removed, or is not yet a member, leaves the others alone, and does not lead them. */
import type { NodeId } from '../../history/history.ts';
import { lagEvidence } from '../lag.ts';
import type { Evidence, Run } from '../property.ts';
import { pollsByNode, type Poll } from '../status/polls.ts';
import { nsPerMs, seconds } from '../words.ts';
import { settledStretches, type SettledCalm } from './calm.ts';
import type { Owed } from './owed.ts';

/** What a fault or a change before has set in motion has come to rest by then. */
const settleMs = 1_000;
const watchMsMin = 1_000;
/** A machine that is short of time makes an election now and then; one who disturbs the others makes one after another. */
const electionsMin = 3;

export function outsidersFaults(run: Run): Owed[] {
  const polls = pollsByNode(run.history);
  return watched(run).flatMap((calm) =>
    outsiders(calm).flatMap((node): Owed[] => {
      const evidence = disturbance(node, calm, polls) ?? leadership(node, calm, polls);
      if (evidence === undefined) return [];
      const lag = lagEvidence(run.history, calm.fromNs - settleMs * nsPerMs, calm.toNs);
      return lag === undefined
        ? [{ verdict: 'fail', evidence }]
        : [{ verdict: 'undecided', evidence: { ...lag, summary: `${evidence.summary} ${lag.summary}` } }];
    }),
  );
}

/** For how long somebody outside the configuration ran while nothing else could disturb its members. */
export function watchedNs(run: Run): number {
  return watched(run)
    .filter((calm) => outsiders(calm).length > 0)
    .reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0);
}

/** The settled calms without their beginnings. */
function watched(run: Run): SettledCalm[] {
  return settledStretches(run)
    .map((calm) => ({ ...calm, fromNs: calm.fromNs + settleMs * nsPerMs }))
    .filter(({ fromNs, toNs }) => toNs - fromNs >= watchMsMin * nsPerMs);
}

function outsiders({ nodes, configuration: { voters, learners } }: SettledCalm): NodeId[] {
  return nodes.filter((node) => !voters.includes(node) && !learners.includes(node));
}

type Polls = ReadonlyMap<NodeId, readonly Poll[]>;

function during(node: NodeId, { fromNs, toNs }: SettledCalm, polls: Polls): Poll[] {
  return (polls.get(node) ?? []).filter(({ askedNs, answeredNs }) => askedNs >= fromNs && answeredNs <= toNs);
}

/** The members' terms climb while the outsider campaigns. */
function disturbance(node: NodeId, calm: SettledCalm, polls: Polls): Evidence | undefined {
  const mine = during(node, calm, polls);
  const members = calm.configuration.voters
    .flatMap((voter) => during(voter, calm, polls))
    .toSorted((a, b) => a.answeredNs - b.answeredNs);
  const [first, last, begun, ended] = [members[0], members.at(-1), mine[0], mine.at(-1)];
  if (first === undefined || last === undefined || begun === undefined || ended === undefined)
    return undefined;
  const climbed = last.status.term - first.status.term;
  const campaigns = campaignsBetween(begun, ended);
  if (climbed < electionsMin || campaigns < electionsMin) return undefined;
  return {
    summary:
      `Expected ${node}, which is outside the configuration, to disturb nobody, but from ${seconds(calm.fromNs)} to ${seconds(calm.toNs)}, without a fault ` +
      `in force, it began ${campaigns} elections and the term of the voters rose from ${first.status.term} to ${last.status.term}.`,
    events: [first, begun, ended, last].map(({ index }) => index).toSorted((a, b) => a - b),
  };
}

function campaignsBetween(begun: Poll, ended: Poll): number {
  const before = begun.status.electionsStarted;
  const after = ended.status.electionsStarted;
  // A node that does not count them is known by its term, which rises with each.
  return before === undefined || after === undefined ? ended.status.term - begun.status.term : after - before;
}

/** It still says that it leads, to the end. */
function leadership(node: NodeId, calm: SettledCalm, polls: Polls): Evidence | undefined {
  const [before, last] = during(node, calm, polls).slice(-2);
  if (before?.status.role !== 'leader' || last?.status.role !== 'leader') return undefined;
  return {
    summary:
      `Expected ${node}, which is outside the configuration, to step down, but at ${seconds(last.answeredNs)}, ` +
      `${seconds(last.answeredNs - calm.fromNs + settleMs * nsPerMs)} after it was removed or healed, it still said that it leads.`,
    events: [before.index, last.index],
  };
}
