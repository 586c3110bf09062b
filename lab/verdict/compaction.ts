/** A node that takes snapshots (feature `snapshot`) keeps its log short: what is applied and not yet compacted stays bounded. */
import { firstEvidence, type Concern, type Property } from './property.ts';
import { pollsByNode } from './status/polls.ts';
import { seconds } from './words.ts';

const name = 'compaction';
const concern: Concern = 'safety';
/** "About" so many entries: a node may be this many times late under load before its log counts as unbounded. */
const toleratedThresholds = 10;

export const compaction: Property = ({ plan, history }) => {
  const polls = pollsByNode(history);
  const last = plan.voters.flatMap((voter) => polls.get(voter)?.at(-1) ?? []);
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
  if (evidence.length > 0) return { name, verdict: 'fail', concern, evidence: firstEvidence(evidence) };
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
  return { name, verdict: 'pass', concern, evidence: [] };
};
