/** What a run in virtual time consists of: a plan like any other, and how bad the world is, both drawn from one seed. */
import { forkSeed, seededRandom } from '@raft-lab/workloads';
import { drawPlan } from '../../plan/draw-plan.ts';
import { faultSchema, type Plan } from '../../plan/plan.ts';
import { drawConditions, type Conditions } from './conditions.ts';

export interface SimRunOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly durationMs: number;
  /** Operations a second that all clients together try to begin; in some runs more. */
  readonly rate: number;
}

export const simDefaults = { nodes: 5, durationMs: 60_000, rate: 16 } as const;

const clientsPerNode = 3;

/** Some runs are busier, so that a leader that is cut off has more in its log than others know. */
const rateFactors = [1, 1, 1, 1, 4] as const;

/** Each kind of fault is part of a run with this probability, so that they are seen in all combinations. */
const faultShare = 0.7;

export function drawSimRun({ seed, nodes, durationMs, rate }: SimRunOptions): {
  readonly plan: Plan;
  readonly conditions: Conditions;
} {
  const conditions = drawConditions(seed);
  const random = seededRandom(forkSeed(seed, 'faults'));
  const kinds = faultSchema.options
    .map(({ shape }) => shape.kind.value)
    .filter(() => random.chance(faultShare))
    // Either somebody changes the configuration behind the lab's back, or the lab does so itself.
    .filter((kind) => kind !== 'membership' || conditions.churnEveryMs === null);
  const plan = drawPlan({
    seed,
    nodes,
    durationMs,
    kinds,
    rate: rate * random.pick(rateFactors),
    concurrency: clientsPerNode * nodes,
    keys: random.int(2, 5),
  });
  return {
    conditions,
    plan: {
      ...plan,
      snapshotEntries: conditions.snapshotEntries,
      // What has to be seen is a matter of the campaign's counters: no single run need show everything.
      coverage: [],
    },
  };
}
