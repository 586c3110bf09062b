import type { PropertyResult, Run } from '../verdict/property.ts';
import { firstEvidence } from '../verdict/property.ts';
import { claims, twoLeaders } from '../verdict/status/one-leader.ts';
import { pollsByNode } from '../verdict/status/polls.ts';

const name = 'one-leader-per-term';

/** Election Safety alone (Raft §5.2), of everything that `status-promises` asks. */
export function oneLeaderPerTerm({ history }: Run): PropertyResult {
  const polls = pollsByNode(history);
  const evidence = twoLeaders(polls);
  if (evidence.length > 0)
    return { name, verdict: 'fail', concern: 'safety', evidence: firstEvidence(evidence) };
  const led = claims(polls).map(({ node, term }) => `${node} in term ${term}`);
  if (led.length > 0)
    return {
      name,
      verdict: 'pass',
      concern: 'safety',
      evidence: [{ summary: `One leader a term: ${led.join(', ')}.`, events: [] }],
    };
  return {
    name,
    verdict: 'undecided',
    concern: 'safety',
    evidence: [
      {
        summary:
          'No node ever claimed to lead in two answers of GET /status, so no term had a leader. A run with a leader would decide it.',
        events: [],
      },
    ],
  };
}
