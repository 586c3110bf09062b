/**
 * At the end each voter in turn is cut off, and everything is read through the rest: so each is needed for some quorum, and what it holds is proven by the
 * history. Here is judged only that the reads could be had; whether their values are right is linearizability's business.
 */
import { certainVoters, isQuorum, possibleVoters } from '../history/configurations.ts';
import type { Membership, NodeId } from '../history/history.ts';
import { pairOperations, type Operation } from '../history/operations.ts';
import { lagEvidence } from './lag.ts';
import { lifeSpans } from './lives.ts';
import { finalConfigurations } from './configurations-at.ts';
import { lastNs, phaseSpan } from './phases.ts';
import { firstEvidence, type Concern, type Evidence, type Property, type Run } from './property.ts';
import { listed, nsPerMs, seconds } from './words.ts';

const name = 'every-voter-counts';
const concern: Concern = 'liveness';

/** A time of the final reads during which the same nodes were cut off. */
interface Round {
  readonly index: number;
  readonly cut: readonly NodeId[];
  readonly fromNs: number;
  readonly toNs: number;
}

export const everyVoterCounts: Property = (run) => {
  const possible = finalConfigurations(run);
  const voters = certainVoters(possible);
  if ((voters.length - 1) * 2 <= voters.length)
    return { name, notJudged: `with ${voters.length} voters none can be cut off and leave a majority` };
  const operations = pairOperations(run.history);
  const keys = [...new Set(operations.map((operation) => operation.key))].toSorted();
  if (keys.length === 0) return undecided([missing('No key was ever written or read.')]);
  const rounds = roundsOf(run);
  const failed: Evidence[] = [];
  const doubts: Evidence[] = [];
  for (const voter of voters) {
    if (!rounds.some((round) => round.cut.includes(voter)))
      doubts.push(missing(`${voter} was never cut off for the final reads. A whole run would decide it.`));
  }
  for (const round of rounds) {
    const verdict = judgeRound(run, round, possible, keys, operations);
    if (verdict.kind === 'unread') failed.push(verdict.evidence);
    if (verdict.kind === 'doubtful') doubts.push(verdict.evidence);
  }
  if (failed.length > 0) return { name, verdict: 'fail', concern, evidence: firstEvidence(failed) };
  if (doubts.length > 0) return undecided(doubts);
  return { name, verdict: 'pass', concern, evidence: [] };
};

type RoundVerdict =
  { readonly kind: 'read' } | { readonly kind: 'unread' | 'doubtful'; readonly evidence: Evidence };

function roundsOf({ history }: Run): Round[] {
  const lines = history.filter((event) => event.f === 'cut-off');
  const endNs = phaseSpan(history, 'final-reads')?.toNs ?? lastNs(history);
  return lines
    .map((line, at) => ({
      index: line.index,
      cut: line.value.cut,
      fromNs: line.time,
      toNs: lines[at + 1]?.time ?? endNs,
    }))
    .filter((round) => round.cut.length > 0);
}

function judgeRound(
  { plan, history }: Run,
  round: Round,
  possible: readonly Membership[],
  keys: readonly string[],
  operations: readonly Operation[],
): RoundVerdict {
  const reads = operations.filter(
    ({ f, startNs, endNs, completion }) =>
      f === 'read' &&
      startNs >= round.fromNs &&
      (endNs <= round.toNs || completion?.type !== 'ok') &&
      startNs <= round.toNs,
  );
  const had = new Set(
    reads
      .filter(({ completion }) => completion?.type === 'ok' && !round.cut.includes(completion.node))
      .map(({ key }) => key),
  );
  const unread = keys.filter((key) => !had.has(key));
  if (unread.length === 0) return { kind: 'read' };

  const seen = `with ${listed(round.cut)} cut off from ${seconds(round.fromNs)} to ${seconds(round.toNs)}, ${listed(unread)} could not be read through the rest`;
  const running = runningAll(history, round);
  const rest = possibleVoters(possible).filter((node) => !round.cut.includes(node) && running.has(node));
  const doubtful = (why: string): RoundVerdict => ({
    kind: 'doubtful',
    evidence: { summary: `${seen}, but ${why}.`, events: [round.index] },
  });
  if (!isQuorum(possible, (node) => rest.includes(node)))
    return doubtful(`only ${listed(rest)} ran all the time, which is no majority`);
  const asked = new Set(
    reads
      .filter(({ key }) => unread.includes(key))
      .flatMap(({ invoke, completion }) => [
        invoke.node,
        ...(completion?.attempts ?? []).map((attempt) => attempt.node),
      ]),
  );
  if (round.toNs - round.fromNs < plan.recoverWithinMs * nsPerMs)
    return doubtful(
      `the lab gave up after ${seconds(round.toNs - round.fromNs)}, sooner than the ${seconds(plan.recoverWithinMs * nsPerMs)} a cluster has`,
    );
  const unasked = rest.filter((node) => !asked.has(node));
  if (unasked.length > 0) return doubtful(`the lab did not ask ${listed(unasked)}`);
  const lag = lagEvidence(history, round.fromNs, round.toNs);
  if (lag !== undefined)
    return { kind: 'doubtful', evidence: { ...lag, summary: `${seen}. ${lag.summary}` } };
  return {
    kind: 'unread',
    evidence: {
      summary: `Expected ${listed(rest)}, a connected majority, to serve every key, but ${seen}.`,
      events: [
        round.index,
        ...reads.slice(-3).map(({ invoke, completion }) => completion?.index ?? invoke.index),
      ],
      details: reads
        .slice(-6)
        .map(
          ({ key, invoke, completion }) =>
            `read of ${key} at ${invoke.node}, ${seconds(invoke.time)}: ${completion?.error ?? completion?.type ?? 'no answer'}`,
        ),
    },
  };
}

function runningAll(history: Run['history'], round: Round): Set<NodeId> {
  const running = new Set<NodeId>();
  for (const [node, lives] of lifeSpans(history))
    if (lives.some((life) => life.fromNs <= round.fromNs && life.toNs >= round.toNs)) running.add(node);
  return running;
}

function missing(summary: string): Evidence {
  return { summary, events: [] };
}

function undecided(evidence: readonly Evidence[]): ReturnType<Property> {
  return { name, verdict: 'undecided', concern, evidence: firstEvidence(evidence) };
}
