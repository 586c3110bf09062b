/** From what is known of a submission to its points. Pure: the same journal gives the same grade. */
import type { Progress } from '../jobs/job.ts';
import { pointsOf, type Part, type Rubric } from '../rubric/rubric.ts';
import { isAttempted, nameOf, type Submission } from '../submission/submission.ts';
import { itemStanding, type ItemStanding } from './item-standing.ts';
import { obstacle, type Obstacle } from './obstacle.ts';

export type Standing =
  | ItemStanding
  /** The submission leaves the part out. */
  | { readonly state: 'not-attempted'; readonly why: string }
  /** Something before it went so wrong that it was not tried. */
  | { readonly state: 'out-of-reach'; readonly why: string };

export interface ItemGrade {
  readonly name: string;
  readonly says: string;
  readonly points: number;
  readonly earned: number;
  readonly standing: Standing;
}

export interface PartGrade {
  readonly name: string;
  readonly says: string;
  readonly earned: number;
  /** Without what was not graded. */
  readonly maximum: number;
  readonly points: number;
  readonly items: readonly ItemGrade[];
}

export interface Grade {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly earned: number;
  /** Without what was not graded. */
  readonly maximum: number;
  /** Of the whole rubric. */
  readonly points: number;
  readonly parts: readonly PartGrade[];
  /** What kept the rest from being tried. */
  readonly obstacle: Obstacle | undefined;
  readonly finished: boolean;
  /** Spent on this submission. */
  readonly ms: number;
}

export function gradeOf(rubric: Rubric, submission: Submission, progress: Progress): Grade {
  const barred = obstacle(submission, progress);
  const parts = rubric.parts.map((part) => partGrade(part, submission, progress, barred));
  const sum = (of: (part: PartGrade) => number): number =>
    rounded(parts.reduce((all, part) => all + of(part), 0));
  return {
    id: submission.id,
    name: nameOf(submission),
    digest: submission.digest,
    earned: sum(({ earned }) => earned),
    maximum: sum(({ maximum }) => maximum),
    points: sum(({ points }) => points),
    parts,
    obstacle: barred,
    finished: parts.every(({ items }) => items.every(({ standing }) => standing.state !== 'pending')),
    ms: [...progress.values()].reduce((all, { ms }) => all + ms, 0),
  };
}

function partGrade(
  part: Part,
  submission: Submission,
  progress: Progress,
  barred: Obstacle | undefined,
): PartGrade {
  const items = part.items.map((item): ItemGrade => {
    const standing = standingOf(part.name, item, submission, progress, barred);
    const { name, says, points } = item;
    return { name, says, points, earned: standing.state === 'earned' ? points : 0, standing };
  });
  const graded = items.filter(({ standing }) => standing.state !== 'not-graded');
  return {
    name: part.name,
    says: part.says,
    earned: rounded(items.reduce((all, { earned }) => all + earned, 0)),
    maximum: rounded(pointsOf(graded)),
    points: rounded(pointsOf(items)),
    items,
  };
}

function standingOf(
  part: string,
  item: Part['items'][number],
  { manifest }: Submission,
  progress: Progress,
  barred: Obstacle | undefined,
): Standing {
  if (!('problem' in manifest) && !isAttempted(manifest, part))
    return { state: 'not-attempted', why: 'The submission does not list this part among those it attempts.' };
  if (barred?.cause === 'lab') return { state: 'not-graded', why: barred.why };
  // What the doctor found before is worth its points all the same.
  const examined = progress.get('contract')?.outcome.verdict === 'examined';
  if (barred !== undefined && !(examined && item.kind === 'contract'))
    return { state: 'out-of-reach', why: barred.why };
  return itemStanding(part, item, progress);
}

/** Points may be halves and tenths; sums of them must not show what computers make of tenths. */
function rounded(points: number): number {
  return Math.round(points * 1_000) / 1_000;
}
