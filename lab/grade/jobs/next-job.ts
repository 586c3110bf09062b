import { isAttempted, type Submission } from '../submission/submission.ts';
import type { Rubric } from '../rubric/rubric.ts';
import { itemStanding } from '../score/item-standing.ts';
import { obstacle } from '../score/obstacle.ts';
import { jobKey, type Job, type Progress } from './job.ts';

/** What is to be done next for a submission, or undefined when it is graded. What cannot earn points any more is not done. Pure. */
export function nextJob(rubric: Rubric, submission: Submission, progress: Progress): Job | undefined {
  if ('problem' in submission.manifest) return undefined;
  for (const job of [{ kind: 'prepare' }, { kind: 'contract' }] as const)
    if (progress.get(jobKey(job))?.settled !== true) {
      return obstacle(submission, progress) === undefined ? job : undefined;
    }
  if (obstacle(submission, progress) !== undefined) return undefined;
  for (const part of rubric.parts) {
    if (!isAttempted(submission.manifest, part.name)) continue;
    for (const item of part.items) {
      const standing = itemStanding(part.name, item, progress);
      if (standing.state === 'pending' && standing.next !== undefined) return standing.next;
    }
  }
  return undefined;
}
