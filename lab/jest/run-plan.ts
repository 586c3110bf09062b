import { drawPlan } from '../plan/draw-plan.ts';
import { drawnSeed } from '../plan/drawn-seed.ts';
import { readPlanFile } from '../plan/read-plan-file.ts';
import { openRun } from './open-run.ts';
import type { RunHistory } from './run-history.ts';
import type { NodeSettings } from './settings.ts';
import { outOfTime, requireTime } from './test-time.ts';

export interface PlanSettings extends NodeSettings {
  /** How many nodes, where the plan does not name them. Default 3. */
  readonly nodes?: number;
  /** Operations a second, where the plan does not say. Default 200. */
  readonly rate?: number;
}

const rateDefault = 200;
const nodesDefault = 3;
const durationMsDefault = 10_000;

/**
 * Runs a plan file (docs/plan.md): one that was written by hand, or the `plan.json` of a run that went wrong. Resolves with the history, whatever the cluster did. Rejects with a
 * `LabError`: `usage` for a file with a mistake, or a test whose time is too short.
 */
export async function runPlan(file: string, settings: PlanSettings = {}): Promise<RunHistory> {
  const { nodes = nodesDefault, rate = rateDefault, seed = drawnSeed() } = settings;
  const base = drawPlan({ seed, nodes, durationMs: durationMsDefault, kinds: [], rate });
  const plan = await readPlanFile(file, base);
  requireTime(plan.durationMs);
  using time = outOfTime();
  const opened = await openRun(settings, plan);
  const late = Promise.withResolvers<never>();
  time.signal.addEventListener('abort', () => late.reject(time.signal.reason as Error));
  const finished = (async () => {
    const outcome = await opened.start(time.signal);
    const history = await opened.finish(outcome, plan);
    await outcome.removed;
    return history;
  })();
  // Awaited, since the end of this function stops the watch on the time.
  return await Promise.race([finished, late.promise]);
}
