/** One run in virtual time, from a seed to a verdict. The runner, the clients, the nemeses and the properties are those of every other cluster. */
import { LabError } from '../../lab-error.ts';
import type { HistoryEvent } from '../../history/history.ts';
import type { Plan } from '../../plan/plan.ts';
import { isClientEvent } from '../../history/operations.ts';
import { run } from '../../run/run.ts';
import { judge, overall, type ExitCode, type OverallVerdict } from '../../verdict/verdict.ts';
import type { PropertyResult } from '../../verdict/property.ts';
import type { Counts } from './counters.ts';
import type { Mutant } from './mutants/mutant.ts';
import { SimCluster } from './sim-cluster.ts';
import { drawSimRun, type SimRunOptions } from './sim-plan.ts';

/** What failed first, or was not decided. */
export interface Finding {
  readonly property: string;
  readonly message: string;
  /** Virtual time when a law was broken; for what the history proves, when the run ended. */
  readonly atSeconds: number;
}

export interface SimOutcome {
  readonly seed: number;
  readonly verdict: OverallVerdict;
  readonly exitCode: ExitCode;
  /** Undefined where everything passed. */
  readonly finding: Finding | undefined;
  readonly counts: Counts;
  readonly virtualSeconds: number;
  /** Equal in every run of the same seed. */
  readonly traceHash: string;
  readonly plan: Plan;
  readonly history: readonly HistoryEvent[];
}

const nsPerSecond = 1e9;

export async function simulate(options: SimRunOptions, mutant?: Mutant): Promise<SimOutcome> {
  const { plan, conditions } = drawSimRun(options);
  const { nodes, voters, heartbeatMs, electionMs, snapshotEntries, seed } = plan;
  await using cluster = new SimCluster({
    seed,
    nodes,
    voters,
    heartbeatMs,
    electionMs,
    snapshotEntries,
    conditions,
    ...(mutant === undefined ? {} : { mutant }),
  });
  const { trace, counts } = cluster;
  const { history, failure } = await run({
    plan,
    createCluster: () => Promise.resolve(cluster),
    clusterOptions: {
      runId: `sim-${seed}`,
      source: { kind: 'command', argv: ['reference-core'] },
      logDirectory: '',
      env: {},
      readyTimeoutMs: 10_000,
    },
    openHistory: () => ({ append: (line) => trace.text(line), close: () => Promise.resolve() }),
    signal: new AbortController().signal,
    onEvent: (event) => count(event, counts),
    virtualClock: cluster.clock,
  });
  const { violation } = cluster;
  // Where a law is broken, that is what decides; the lab may have stumbled over a node that was gone.
  if (failure !== undefined && violation === undefined) throw failure;
  const judgement = judge({ plan, history });
  // While the configuration changes, nobody knows whose majority it is that should serve.
  const properties =
    conditions.churnEveryMs === null
      ? judgement.properties
      : judgement.properties.filter(({ name }) => name !== 'available');
  const virtualSeconds = cluster.clock.nowNs() / nsPerSecond;
  const { verdict, exitCode } =
    violation === undefined ? overall(properties) : { verdict: 'fail' as const, exitCode: 1 as const };
  return {
    seed,
    verdict,
    exitCode,
    finding:
      violation === undefined
        ? findingOf(properties, verdict, virtualSeconds)
        : {
            property: violation.law,
            message: violation.message,
            atSeconds: violation.atNs / nsPerSecond,
          },
    counts,
    virtualSeconds,
    traceHash: trace.digest,
    plan,
    history,
  };
}

/** What the history shows of a run; the rest is counted where it happens. */
function count(event: HistoryEvent, counts: Counts): void {
  if (isClientEvent(event)) {
    if (event.type === 'invoke') counts.operationsBegun += 1;
    if (event.type === 'ok') counts.operationsAnswered += 1;
  } else if (event.process === 'nemesis') {
    const { stage, fault } = event.value;
    const isOneWay = fault.kind === 'partition' && fault.shape === 'one-way';
    if (stage === 'in-force' && isOneWay) counts.oneWayCuts += 1;
  }
}

function findingOf(
  properties: readonly PropertyResult[],
  verdict: OverallVerdict,
  atSeconds: number,
): Finding | undefined {
  switch (verdict) {
    case 'pass':
      return undefined;
    case 'error':
      throw new LabError('environment', 'A run in virtual time has no environment that could fail.');
    case 'fail':
    case 'undecided': {
      const culprit = properties.find((property) => property.verdict === verdict);
      return {
        property: culprit?.name ?? 'unknown',
        message: culprit?.evidence[0]?.summary ?? 'no evidence was given',
        atSeconds,
      };
    }
  }
}
