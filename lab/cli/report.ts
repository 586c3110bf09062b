import type { HistoryEvent } from '../history/history.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunOutcome } from '../run/run.ts';
import { judge } from '../verdict/verdict.ts';

export async function report({
  plan,
  outcome,
}: {
  plan: Plan;
  cluster: string;
  directory: string;
  outcome: RunOutcome;
  json: boolean;
}): Promise<number> {
  const t = performance.now();
  const j = judge({ plan, history: outcome.history });
  console.log(JSON.stringify(j, null, 1), performance.now() - t, outcome.durationsMs);
  return j.exitCode;
}
export async function reportStored(
  _run: string,
  plan: Plan,
  history: readonly HistoryEvent[],
  _json: boolean,
): Promise<number> {
  const j = judge({ plan, history });
  console.log(JSON.stringify(j, null, 1));
  return j.exitCode;
}
