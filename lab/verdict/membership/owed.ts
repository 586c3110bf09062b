import type { Evidence, Run } from '../property.ts';
import { nsPerMs } from '../words.ts';

/** Something that a node owed and did not do, or of which that cannot be told. */
export interface Owed {
  readonly verdict: 'fail' | 'undecided';
  readonly evidence: Evidence;
}

const electionsInGrace = 10;

/** How long a cluster in which nothing is wrong may take for what it owes. */
export function graceNs({ plan }: Run): number {
  return Math.max(plan.recoverWithinMs, electionsInGrace * plan.electionMs[1]) * nsPerMs;
}
