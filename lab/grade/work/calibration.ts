/** How slow this machine is, told by the lab's own node, and by how much everybody's time limits widen for it. */
import { z } from 'zod';
import { drawPlan } from '../../plan/draw-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { pairOperations } from '../../history/operations.ts';
import type { Run } from '../../verdict/property.ts';
import { phaseSpan } from '../../verdict/phases.ts';

export const calibrationSchema = z.strictObject({
  /** From the beginning until every node was up. */
  startMs: z.number(),
  /** The longest time without an accepted write, over a leader that was killed and one that was cut off. */
  silenceMs: z.number(),
  /** The longest standstill of the lab's own event loop. */
  lagMs: z.number(),
});
export type Calibration = z.infer<typeof calibrationSchema>;

/** What a machine with two free cores needs, with room to spare: a machine that takes longer is slow, and limits widen in proportion. */
const usual: Calibration = { startMs: 4_000, silenceMs: 1_500, lagMs: 250 };

export interface Widening {
  /** All time limits are multiplied by it: 1 on a machine that is fast enough, at most `factorMax`. */
  readonly factor: number;
  /** For the reports. */
  readonly says: string;
}

const factorMax = 4;
const stepsInOne = 2;

/** The reference node loses its leader twice. */
export const calibrationPlan: Plan = {
  ...drawPlan({ seed: 1, nodes: 3, durationMs: 6_000, kinds: [], rate: 300 }),
  schedule: [
    { id: 'killed', afterMs: 1_000, fault: { kind: 'kill', target: 'leader' }, forMs: 1_000 },
    {
      id: 'cut-off',
      afterMs: 3_500,
      fault: { kind: 'partition', shape: 'isolate', target: 'leader', cut: 'black-hole' },
      forMs: 2_000,
    },
  ],
};

export function calibrationOf(run: Run, startMs: number): Calibration {
  const working = phaseSpan(run.history, 'faults');
  const acceptedNs = pairOperations(run.history)
    .filter(({ f, outcome }) => f !== 'read' && outcome === 'ok')
    .map(({ endNs }) => endNs)
    .toSorted((a, b) => a - b);
  let silenceNs = 0;
  let beforeNs = working?.fromNs ?? 0;
  for (const endNs of [...acceptedNs, working?.toNs ?? beforeNs]) {
    silenceNs = Math.max(silenceNs, endNs - beforeNs);
    beforeNs = endNs;
  }
  const lagMs = run.history.reduce(
    (most, event) => (event.f === 'lag' ? Math.max(most, event.value.ms) : most),
    0,
  );
  return { startMs, silenceMs: Math.round(silenceNs / 1e6), lagMs };
}

/** The slowest of several calibrations decides. */
export function wideningFor(calibrations: readonly Calibration[]): Widening {
  const worst = (of: keyof Calibration): number => Math.max(0, ...calibrations.map((one) => one[of]));
  const ratios = (['startMs', 'silenceMs', 'lagMs'] as const).map((what) => worst(what) / usual[what]);
  const factor = Math.min(factorMax, Math.max(1, Math.ceil(Math.max(...ratios) * stepsInOne) / stepsInOne));
  const measured = `On this machine the lab's own node was up in ${seconds(worst('startMs'))}, went at most ${seconds(worst('silenceMs'))} without an accepted write when its leader was killed and cut off, and the lab stood still for at most ${worst('lagMs')} ms`;
  return {
    factor,
    says:
      factor === 1
        ? `${measured}: time limits are as the contract and the plans word them.`
        : `${measured}: time limits are ${factor} times as long as the contract and the plans word them.`,
  };
}

/** A plan with its limits widened: how long a recovery may take, not what happens when. A client's own patience costs nobody points, and stays. */
export function widenedPlan(plan: Plan, { factor }: Widening): Plan {
  return { ...plan, recoverWithinMs: Math.round(plan.recoverWithinMs * factor) };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
