/** `results.json`: the verdict and its numbers, for machines. `docs/results.md` is the prose. */
import type { Phase } from '../history/history.ts';
import { pairOperations } from '../history/operations.ts';
import type { Plan } from '../plan/plan.ts';
import type { CoverageCount } from '../verdict/coverage.ts';
import { phaseSpans } from '../verdict/phases.ts';
import type { NotJudged, PropertyResult, Run } from '../verdict/property.ts';
import type { Judgement } from '../verdict/verdict.ts';
import { latencyByKind, type LatencyByKind } from './latency.ts';
import type { RunInfo } from './run-info.ts';

export interface Results {
  readonly version: 1;
  readonly run: string;
  readonly verdict: Judgement['verdict'];
  readonly exitCode: Judgement['exitCode'];
  readonly seed: number;
  readonly cluster: RunInfo['cluster'];
  /** How many voters there were in the beginning. */
  readonly nodes: number;
  readonly node: string;
  readonly operations: {
    readonly ok: number;
    readonly fail: number;
    readonly info: number;
    readonly total: number;
  };
  readonly properties: readonly PropertyResult[];
  readonly notJudged: readonly { readonly name: string; readonly reason: string }[];
  readonly coverage: readonly CoverageCount[];
  /** Answered operations a second, while clients and faults were at work. */
  readonly okPerSecond: number;
  readonly latencyMs: LatencyByKind;
  readonly durationsMs: RunInfo['durationsMs'];
  readonly plan: PlanSummary;
  readonly notes: readonly string[];
  /** The one command that runs it again; null where there is none. */
  readonly replay: string | null;
}

export interface PlanSummary {
  readonly durationMs: number;
  readonly nodes: readonly string[];
  readonly voters: readonly string[];
  readonly workload: Plan['workload'];
  /** How many steps of each kind the schedule holds. */
  readonly faults: Readonly<Record<string, number>>;
}

export function renderResults(judgement: Judgement, { plan, history }: Run, info: RunInfo): Results {
  const operations = pairOperations(history);
  const count = (outcome: 'ok' | 'fail' | 'info'): number =>
    operations.filter((operation) => operation.outcome === outcome).length;
  const working = phaseSpans(history).find(({ phase }: { phase: Phase }) => phase === 'faults');
  const workedSeconds = working === undefined ? 0 : (working.toNs - working.fromNs) / 1e9;
  const answered = operations.filter(
    ({ outcome, endNs }) =>
      outcome === 'ok' && working !== undefined && endNs >= working.fromNs && endNs <= working.toNs,
  );
  return {
    version: 1,
    run: info.runId,
    verdict: judgement.verdict,
    exitCode: judgement.exitCode,
    seed: plan.seed,
    cluster: info.cluster,
    nodes: plan.voters.length,
    node: info.node,
    operations: { ok: count('ok'), fail: count('fail'), info: count('info'), total: operations.length },
    properties: judgement.properties,
    notJudged: judgement.notJudged.map(({ name, notJudged }: NotJudged) => ({ name, reason: notJudged })),
    coverage: judgement.coverage,
    okPerSecond: workedSeconds > 0 ? Math.round(answered.length / workedSeconds) : 0,
    latencyMs: latencyByKind(operations),
    durationsMs: info.durationsMs,
    plan: {
      durationMs: plan.durationMs,
      nodes: plan.nodes,
      voters: plan.voters,
      workload: plan.workload,
      faults: Object.fromEntries(
        Map.groupBy(plan.schedule, ({ fault }) => fault.kind)
          .entries()
          .map(([kind, steps]) => [kind, steps.length]),
      ),
    },
    notes: info.notes ?? [],
    replay: info.replay ?? null,
  };
}
