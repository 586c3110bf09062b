/**
 * A node that takes snapshots (feature `snapshot`) keeps its log short: what is applied and not yet compacted stays bounded, and so does its disk. A node that
 * needs what the others have compacted is brought back.
 */
import { finalVoters } from './configurations-at.ts';
import { leftBehind, notBroughtBack } from './brought-back.ts';
import { firstEvidence, type Concern, type Evidence, type Property, type Run } from './property.ts';
import { pollsByNode } from './status/polls.ts';
import { listed, seconds } from './words.ts';

const name = 'compaction';
const concern: Concern = 'safety';
/** "About" so many entries: a node may be this many times late under load before its log counts as unbounded. */
const toleratedThresholds = 10;

export const compaction: Property = (run) => {
  const { plan, history } = run;
  const polls = pollsByNode(history);
  const last = finalVoters(run).flatMap((voter) => polls.get(voter)?.at(-1) ?? []);
  const able = last.filter((poll) => poll.status.features.includes('snapshot'));
  if (able.length === 0) return { name, notJudged: 'no node lists the feature "snapshot"' };
  const bound = plan.snapshotEntries * toleratedThresholds;
  const evidence = able.flatMap(({ node, index, answeredNs, status }) => {
    const { appliedIndex, snapshotIndex } = status;
    if (appliedIndex === undefined || snapshotIndex === undefined) return [];
    if (appliedIndex - snapshotIndex <= bound) return [];
    return [
      {
        summary:
          `Expected ${node} to compact after about ${plan.snapshotEntries} applied entries, but at ${seconds(answeredNs)} it had applied ` +
          `${appliedIndex} and its last snapshot was at ${snapshotIndex}.`,
        events: [index],
      },
    ];
  });
  const full = fullDisks(run);
  if (evidence.length + full.length > 0)
    return { name, verdict: 'fail', concern, evidence: firstEvidence([...evidence, ...full]) };
  const owed = notBroughtBack(run, polls);
  for (const verdict of ['fail', 'undecided'] as const) {
    const found = owed.filter((one) => one.verdict === verdict).map((one) => one.evidence);
    if (found.length > 0) return { name, verdict, concern: 'liveness', evidence: firstEvidence(found) };
  }
  const told = able.filter(
    ({ status }) => status.appliedIndex !== undefined && status.snapshotIndex !== undefined,
  );
  if (told.length === 0)
    return {
      name,
      verdict: 'undecided',
      concern,
      evidence: [
        {
          summary:
            'The nodes list the feature "snapshot", but their status lacks appliedIndex or snapshotIndex: with both fields it can be decided.',
          events: able.map((poll) => poll.index),
        },
      ],
    };
  return { name, verdict: 'pass', concern, evidence: [broughtBackEvidence(run, polls)] };
};

/** Room for what is not of the log: state, sessions, segments that were laid out in advance. */
const diskBytesMin = 64 * 1_024 * 1_024;
/** Room for each entry that may be in the log: the largest value a client may write, twice. */
const bytesPerEntry = 128 * 1_024;

function fullDisks({ plan, history }: Run): Evidence[] {
  const usage = history.findLast((event) => event.f === 'usage');
  if (usage === undefined) return [];
  const bound = diskBytesMin + plan.snapshotEntries * toleratedThresholds * bytesPerEntry;
  return Object.entries(usage.value.diskBytes)
    .filter(([, bytes]) => bytes > bound)
    .map(([node, bytes]) => ({
      summary: `Expected the disk of ${node} to stay below ${mebibytes(bound)} MiB, since it compacts its log, but at ${seconds(usage.time)} it held ${mebibytes(bytes)} MiB.`,
      events: [usage.index],
    }));
}

function broughtBackEvidence(run: Run, polls: ReturnType<typeof pollsByNode>): Evidence {
  const behind = leftBehind(run, polls);
  const nodes = listed(behind.map(({ node }) => node));
  return {
    summary:
      behind.length === 0
        ? 'Nobody was left behind what the others had compacted, so nobody had to be brought back.'
        : `Left behind what the others had compacted, and back again: ${nodes}.`,
    events: behind.map(({ index }) => index),
  };
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1_024 / 1_024);
}
