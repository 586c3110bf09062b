/** The smallest thing that is graded: done once, kept in the journal, never done again. */
import { z } from 'zod';

export type Job =
  /** Copies the submission and builds it. */
  | { readonly kind: 'prepare' }
  /** Lets the doctor examine it. */
  | { readonly kind: 'contract' }
  /** Runs a plan of the rubric with one seed. */
  | { readonly kind: 'plan'; readonly part: string; readonly item: string; readonly seed: number };

export function jobKey(job: Job): string {
  return job.kind === 'plan' ? `${job.part}/${job.item}/${job.seed}` : job.kind;
}

/** What was wrong, in words that a student can act on. */
const findingSchema = z.strictObject({
  /** The property or the check. */
  property: z.string(),
  summary: z.string(),
  /** Operations with their times, or what a node printed. */
  details: z.array(z.string()),
});
export type Finding = z.infer<typeof findingSchema>;

const checkSchema = z.strictObject({
  check: z.string(),
  section: z.string(),
  says: z.string(),
  outcome: z.enum(['pass', 'fail', 'not-tried']),
  /** Why it was not tried, as the doctor names the causes. */
  cause: z.string().optional(),
  /** The doctor's report of it. */
  text: z.string(),
});
export type CheckResult = z.infer<typeof checkSchema>;

const evidence = {
  /** What costs points, or what is lacking for a pass. */
  findings: z.array(findingSchema),
  /** What else was broken, and is another part's matter. */
  remarks: z.array(findingSchema),
  /** The run's folder, relative to the output's. */
  run: z.string().optional(),
  /** The command that shows it again. */
  replay: z.string().optional(),
};

export const outcomeSchema = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('pass'), ...evidence }),
  z.strictObject({ verdict: z.literal('fail'), ...evidence }),
  /** `lab`: the lab or its machine is the reason, and nobody's points may depend on it. `node`: the node did too little to be judged. */
  z.strictObject({ verdict: z.literal('undecided'), cause: z.enum(['lab', 'node']), ...evidence }),
  z.strictObject({
    verdict: z.literal('examined'),
    checks: z.array(checkSchema),
    /** What all nodes list in their status. */
    features: z.array(z.string()),
  }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

export const noEvidence = { findings: [], remarks: [] };

/** An outcome without a run: of preparing, or where the lab failed before there was one. */
export function plainOutcome(
  verdict: 'fail' | { readonly undecided: 'lab' | 'node' },
  property: string,
  summary: string,
  details: readonly string[] = [],
): Outcome {
  const evidence = { findings: [{ property, summary, details: [...details] }], remarks: [] };
  return verdict === 'fail'
    ? { verdict, ...evidence }
    : { verdict: 'undecided', cause: verdict.undecided, ...evidence };
}

/** How often a job is done at most: again only while it is undecided, since a failure stands. */
export const attemptsMax = 3;

export interface Tried {
  readonly outcome: Outcome;
  /** Whether it is done with, whatever came of it. */
  readonly settled: boolean;
  readonly attempts: number;
  /** Of all attempts together. */
  readonly ms: number;
}

/** What is known of a submission's jobs, by key. */
export type Progress = ReadonlyMap<string, Tried>;
