/** What a worker is told to do, and what it answers: plain data, one message each. */
import type { ClusterKind } from '../../cluster/cluster.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Outcome } from '../jobs/job.ts';
import type { Submission } from '../submission/submission.ts';
import type { Calibration, Widening } from './calibration.ts';

export type ClusterWish = Exclude<ClusterKind, 'sim'>;

interface OfSubmission {
  readonly submission: Submission;
  readonly cluster: ClusterWish;
  /** Where the copy of the submission lies, or will. */
  readonly workDirectory: string;
}

export type Task =
  | ({ readonly kind: 'prepare'; readonly logFile: string } & OfSubmission)
  | ({ readonly kind: 'contract'; readonly widening: Widening } & OfSubmission)
  | ({
      readonly kind: 'plan';
      readonly plan: Plan;
      readonly judgedBy: readonly string[];
      readonly widening: Widening;
      /** Made anew for the run, and what `runName` says of it in evidence. */
      readonly runDirectory: string;
      readonly runName: string;
    } & OfSubmission)
  | { readonly kind: 'calibrate'; readonly cluster: ClusterWish; readonly runDirectory: string };

export type Answer =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'calibration'; readonly calibration: Calibration }
  /** The task was given up, since the worker was told to stop. */
  | { readonly kind: 'stopped' }
  /** The lab itself failed. */
  | { readonly kind: 'failed'; readonly message: string };
