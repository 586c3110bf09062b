import type { Progress, Tried } from '../jobs/job.ts';
import type { Submission } from '../submission/submission.ts';

/** What stands in the way of everything that is not graded yet. */
export interface Obstacle {
  /** `lab`: nobody's points may depend on it. */
  readonly cause: 'lab' | 'node';
  readonly why: string;
  readonly details: readonly string[];
}

/** Checks of the doctor without which no plan can earn anything: nobody comes up, or nobody leads. */
const vital: readonly string[] = ['starts', 'one-leader'];

export function obstacle({ manifest }: Submission, progress: Progress): Obstacle | undefined {
  if ('problem' in manifest) return { cause: 'node', why: manifest.problem, details: [] };
  return inPreparing(progress.get('prepare')) ?? inContract(progress.get('contract'));
}

function inPreparing(tried: Tried | undefined): Obstacle | undefined {
  if (tried?.settled !== true) return undefined;
  const { outcome } = tried;
  if (outcome.verdict === 'pass' || outcome.verdict === 'examined') return undefined;
  const [finding] = outcome.findings;
  return {
    cause: outcome.verdict === 'undecided' ? outcome.cause : 'node',
    why: finding?.summary ?? 'it could not be prepared',
    details: finding?.details ?? [],
  };
}

function inContract(tried: Tried | undefined): Obstacle | undefined {
  if (tried?.settled !== true) return undefined;
  const { outcome } = tried;
  if (outcome.verdict !== 'examined') {
    const [finding] = outcome.verdict === 'pass' ? [] : outcome.findings;
    return { cause: 'lab', why: finding?.summary ?? 'the doctor did not come to an end', details: [] };
  }
  const broken = outcome.checks.find(
    ({ check, outcome: found }) => found === 'fail' && vital.includes(check),
  );
  if (broken === undefined) return undefined;
  return {
    cause: 'node',
    why: `The doctor's check "${broken.check}" failed, and nothing else can be tried before it holds: ${broken.says}`,
    details: broken.text.split('\n').map((line) => line.replace(/^ {5}/, '')),
  };
}
