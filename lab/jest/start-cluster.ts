import { usage } from '../setup/options.ts';
import { drawPlan } from '../plan/draw-plan.ts';
import { drawnSeed } from '../plan/drawn-seed.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunOutcome } from '../run/run.ts';
import { HandConductor } from './hand-conductor.ts';
import { openRun, type OpenRun } from './open-run.ts';
import type { NodeSettings } from './settings.ts';
import { describeFailure } from './describe-failure.ts';
import { TestCluster } from './test-cluster.ts';
import { outOfTime } from './test-time.ts';

export interface ClusterSettings extends NodeSettings {
  /** How many nodes: n1, n2, … Default 3. */
  readonly nodes?: number;
  /** How many more nodes can be added to the configuration. Default 0. */
  readonly spares?: number;
}

/** What `runWorkload` needs of a cluster beside what its user sees. */
export interface Backstage {
  readonly plan: Plan;
  readonly conductor: HandConductor;
  readonly opened: OpenRun;
  readonly outcome: Promise<RunOutcome>;
  readonly stop: (reason: unknown) => void;
  /** Whether a workload has been run. */
  used: boolean;
}

const backstages = new WeakMap<TestCluster, Backstage>();

export function backstageOf(cluster: TestCluster): Backstage {
  const backstage = backstages.get(cluster);
  if (backstage === undefined) throw usage('This cluster was not started by startCluster.');
  return backstage;
}

const rateDefault = 200;
const nodesDefault = 3;

/**
 * Starts a cluster and resolves when all its nodes are up and one leads, or none did within 10 s. Rejects with a `LabError` where it cannot be started, and with an error that holds
 * the node's output where a node does not come up.
 */
export async function startCluster(settings: ClusterSettings = {}): Promise<TestCluster> {
  const { nodes = nodesDefault, spares = 0, seed = drawnSeed() } = settings;
  using time = outOfTime();
  const drawn = drawPlan({ seed, nodes, durationMs: 1, kinds: [], rate: rateDefault });
  const names = Array.from({ length: spares }, (_, i) => `n${nodes + i + 1}`);
  const plan: Plan = { ...drawn, nodes: [...drawn.nodes, ...names] };
  const opened = await openRun(settings, plan);
  const conductor = new HandConductor(plan);
  const stopping = new AbortController();
  const outcome = opened.start(stopping.signal, conductor);
  outcome.finally(() => conductor.finish()).catch(() => undefined);
  const dispose = async () => {
    stopping.abort('the cluster was disposed of');
    const { removed } = await outcome;
    await removed.catch((error: unknown) => {
      process.stderr.write(`raft-lab: cleaning up went wrong: ${String(error)}\n`);
    });
  };
  const started = await Promise.race([
    conductor.staged.then(() => true),
    outcome.then(() => false),
    new Promise<never>((_, reject) => {
      time.signal.addEventListener('abort', () => reject(time.signal.reason as Error));
    }),
  ]).catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  if (!started) {
    await dispose();
    throw await notStarted(opened, await outcome, plan);
  }
  const cluster = new TestCluster(plan.nodes, opened.directory, conductor, dispose);
  backstages.set(cluster, {
    plan,
    conductor,
    opened,
    outcome,
    stop: (reason) => stopping.abort(reason),
    used: false,
  });
  return cluster;
}

async function notStarted(opened: OpenRun, outcome: RunOutcome, plan: Plan): Promise<Error> {
  if (outcome.failure !== undefined) return outcome.failure;
  const history = await opened.finish(outcome, plan);
  return new Error(`The cluster did not start.\n\n${describeFailure(history, history.judgement.properties)}`);
}
