/** What a node says of itself in `GET /status` is held against it; the contract's last section is the list. */
import type { Evidence, Property } from '../property.ts';
import { firstEvidence } from '../property.ts';
import { differentConfigurations } from './equal-configurations.ts';
import { comparedHashes, differentHashes } from './equal-hashes.ts';
import { wentBack } from './never-back.ts';
import { twoLeaders } from './one-leader.ts';
import { pollsByNode } from './polls.ts';
import { behindCommit } from './reaches-commit.ts';

const name = 'status-promises';

export const statusPromises: Property = (run) => {
  const polls = pollsByNode(run.history);
  if (polls.size === 0)
    return {
      name,
      verdict: 'undecided',
      concern: 'safety',
      evidence: [
        { summary: 'No node ever answered GET /status, so nothing can be held against it.', events: [] },
      ],
    };
  const broken: Evidence[] = [
    ...twoLeaders(polls),
    ...wentBack(polls),
    ...differentHashes(run, polls),
    ...differentConfigurations(run, polls),
  ];
  if (broken.length > 0) return { name, verdict: 'fail', concern: 'safety', evidence: firstEvidence(broken) };

  const behind = behindCommit(run, polls);
  const failed = behind.filter((one) => one.verdict === 'fail');
  if (failed.length > 0)
    return { name, verdict: 'fail', concern: 'liveness', evidence: failed.map((one) => one.evidence) };
  if (behind.length > 0)
    return { name, verdict: 'undecided', concern: 'liveness', evidence: behind.map((one) => one.evidence) };
  return { name, verdict: 'pass', concern: 'safety', evidence: [comparedHashes(run, polls)] };
};
