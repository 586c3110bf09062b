/**
 * A run, from nothing to a history: start the cluster, let clients and nemesis loose on it, heal it, wait for recovery, read everything once more
 * with every voter needed in turn. What came of it is judged elsewhere, from the history alone.
 */
import { registersMonitor, type LiveViolation } from '@raft-lab/workloads';
import type { Clock, Cluster, ClusterOptions, CreateCluster } from '../cluster/cluster.ts';
import type { HistoryEvent, Phase } from '../history/history.ts';
import { isClientEvent } from '../history/operations.ts';
import { LabError } from '../lab-error.ts';
import type { Pins } from '../nemesis/pins.ts';
import type { Plan } from '../plan/plan.ts';
import { Clients } from './clients.ts';
import type { Conductor } from './conductor.ts';
import { finalReads } from './final-reads.ts';
import { isQuorum } from '../history/configurations.ts';
import { watchLoopLag } from './loop-lag.ts';
import { NemesisRunner } from './nemesis-runner.ts';
import { NodeKeeper } from './node-keeper.ts';
import { Observer } from './observer.ts';
import { Operator } from './operator.ts';
import { Recorder, type HistorySink } from './recorder.ts';
import { awaitQuiet, awaitRecovery, watchOutsiders } from './recovery.ts';

export interface RunSettings {
  readonly plan: Plan;
  readonly createCluster: CreateCluster;
  /** What the cluster needs beside the plan. */
  readonly clusterOptions: Omit<
    ClusterOptions,
    'nodes' | 'voters' | 'heartbeatMs' | 'electionMs' | 'snapshotEntries'
  >;
  /** @param onFailure ends the run early, with what was written so far kept. */
  readonly openHistory: (onFailure: (error: LabError) => void) => HistorySink;
  /** Given by the user's Ctrl-C: the run heals, stops, and is judged by what it has. */
  readonly signal: AbortSignal;
  /** Whether the run goes on after an answer that no order explains; else it heals and stops there. */
  readonly keepGoing?: boolean;
  /** In a replay: whom each step of the plan concerned in the recorded run. */
  readonly pins?: Pins;
  /** In the place of the plan's schedule and workload, where somebody drives the run by hand. */
  readonly conductor?: Conductor;
  /** Sees every event as it is recorded. */
  readonly onEvent: (event: HistoryEvent) => void;
  /** Where the cluster lives in virtual time, its clock: it stamps the history, and there is no event loop of the lab's whose standstills could be blamed on a node. */
  readonly virtualClock?: Clock;
}

/** What a run leaves behind, beside the history file. */
export interface RunOutcome {
  readonly history: readonly HistoryEvent[];
  /** From the beginning until every node was up, and from there to the last operation. */
  readonly durationsMs: { readonly start: number; readonly run: number };
  /** Set when the lab or its environment failed. The history has a line for it where it could still be written. */
  readonly failure: LabError | undefined;
  readonly interrupted: boolean;
  /** Where the run was stopped because no order explains the history up to there. */
  readonly stoppedBy: LiveViolation | undefined;
  /** Resolves when nothing of the cluster is left. */
  readonly removed: Promise<void>;
}

/** Within this time a cluster must have its first leader, or the faults are left out and the lack is judged. */
const firstLeaderWithinMs = 10_000;
const leaderEveryMs = 20;
const usageEveryMs = 5_000;

export async function run(settings: RunSettings): Promise<RunOutcome> {
  const { plan } = settings;
  // Everything that ends a run early comes through here; the reason is a LabError unless a node or the user is the cause.
  const stopping = new AbortController();
  const stopWith = (reason: LabError | string) => stopping.abort(reason);
  const signal = AbortSignal.any([settings.signal, stopping.signal]);
  const { virtualClock } = settings;
  const nowNs = () => virtualClock?.nowNs() ?? Number(process.hrtime.bigint());
  const sink = settings.openHistory(stopWith);
  const recorder = new Recorder(nowNs, sink);
  recorder.onEvent(settings.onEvent);
  let stoppedBy: LiveViolation | undefined;
  if (settings.keepGoing !== true) {
    watchForViolation(recorder, (violation) => {
      stoppedBy = violation;
      stopWith(`no order explains the answers on key ${violation.key} up to line ${violation.event}`);
    });
  }
  const durations = { start: 0, run: 0 };
  let removed: Promise<void> = Promise.resolve();
  let cluster: Cluster | undefined;
  const stopWatching = virtualClock === undefined ? watchLoopLag(recorder) : () => undefined;
  try {
    enter(recorder, 'start');
    cluster = await settings.createCluster({
      ...settings.clusterOptions,
      nodes: plan.nodes,
      voters: plan.voters,
      heartbeatMs: plan.heartbeatMs,
      electionMs: plan.electionMs,
      snapshotEntries: plan.snapshotEntries,
    });
    await carryOut(settings, cluster, recorder, signal, stopWith, durations);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    stopWith(error);
  } finally {
    stopWatching();
    // Removal goes on while the caller judges what was recorded; a failure of it is the caller's to await.
    removed = cluster === undefined ? removed : Promise.resolve(cluster[Symbol.asyncDispose]());
    removed.catch(() => undefined);
  }
  const failure = stopping.signal.reason instanceof LabError ? stopping.signal.reason : undefined;
  if (failure !== undefined)
    recorder.record({
      process: 'observer',
      type: 'info',
      f: 'lab-failure',
      value: { message: failure.message },
    });
  const unwritten = await sink.close().then(
    () => undefined,
    (error: unknown) => (error instanceof LabError ? error : Promise.reject(error as Error)),
  );
  return {
    history: recorder.events,
    durationsMs: durations,
    failure: failure ?? unwritten,
    interrupted: settings.signal.aborted,
    stoppedBy,
    removed,
  };
}

/** Calls back at the first event after which no order is left. The verdict is not this one's to give: the stored history is checked as ever. */
function watchForViolation(recorder: Recorder, onViolation: (violation: LiveViolation) => void): void {
  const monitor = registersMonitor();
  recorder.onEvent((event) => {
    const violation = isClientEvent(event) ? monitor.see(event) : undefined;
    if (violation !== undefined) onViolation(violation);
  });
}

async function carryOut(
  { plan, pins, conductor }: RunSettings,
  cluster: Cluster,
  recorder: Recorder,
  signal: AbortSignal,
  stopWith: (reason: LabError | string) => void,
  durations: { start: number; run: number },
): Promise<void> {
  let started = false;
  // The run has failed when a node is lost, and goes on all the same while a majority can show what else is wrong.
  const keeper = new NodeKeeper(cluster, recorder, plan.nodes, (node) => {
    const { possible } = operator.configurations;
    if (!started || !isQuorum(possible, (voter) => keeper.state(voter) !== 'lost'))
      stopWith(`${node} is lost`);
  });
  const observer = new Observer(cluster, keeper, recorder);
  const operator = new Operator(plan, cluster, observer, recorder, signal);
  const nemesis = new NemesisRunner(plan, cluster, keeper, observer, operator, recorder, pins);
  const { clock } = cluster;
  const sleep = (ms: number) => clock.sleep(ms, signal).catch(() => undefined);

  await Promise.all(plan.voters.map((node) => keeper.start(node)));
  durations.start = Math.round(recorder.timeNs() / 1e6);
  const stopped = () => signal.aborted;
  if (stopped()) return;
  started = true;

  const resting = new AbortController();
  const watching = new AbortController();
  const background = Promise.all([
    observer.observe(watching.signal),
    recordUsage(cluster, recorder, watching.signal),
  ]);
  // A background task that throws has found a fault of the lab; it is seen when the run ends, or at once here.
  background.catch((error: unknown) => stopWith(asLabError(error)));
  try {
    const led = await awaitFirstLeader(cluster, observer, signal);
    const stage = { clock, keeper, observer, nemesis, recorder, signal };
    const workload = (await conductor?.begin(stage)) ?? plan.workload;
    const clients = new Clients({ ...plan, workload }, cluster, keeper, observer, recorder);
    const working = clients.work(AbortSignal.any([signal, resting.signal]));
    working.catch((error: unknown) => stopWith(asLabError(error)));
    try {
      if (led) {
        enter(recorder, 'faults');
        await (conductor?.drive() ?? Promise.all([nemesis.run(signal), sleep(plan.durationMs)]));
      }
      enter(recorder, 'heal');
      await heal(cluster, keeper, signal);
      if (!stopped()) {
        enter(recorder, 'recover');
        await awaitRecovery(plan, cluster, observer, recorder, signal);
        await operator.settle();
        await watchOutsiders(cluster, keeper, operator, signal);
      }
    } finally {
      resting.abort();
      await working;
    }
    if (!stopped()) {
      await awaitQuiet(plan, cluster, keeper, observer, operator, recorder, signal);
      enter(recorder, 'final-reads');
      const read = { ...plan, workload };
      await finalReads({ plan: read, cluster, keeper, observer, operator, clients, recorder, signal });
    }
  } finally {
    enter(recorder, 'stop');
    durations.run = Math.round(recorder.timeNs() / 1e6) - durations.start;
    watching.abort();
    await background;
  }
}

function enter(recorder: Recorder, phase: Phase): void {
  recorder.record({ process: 'observer', type: 'info', f: 'phase', value: phase });
}

async function awaitFirstLeader(
  { clock }: Cluster,
  observer: Observer,
  signal: AbortSignal,
): Promise<boolean> {
  const untilNs = clock.nowNs() + firstLeaderWithinMs * 1e6;
  while (observer.leader === null && clock.nowNs() < untilNs && !signal.aborted) {
    await clock.sleep(leaderEveryMs, signal).catch(() => undefined);
  }
  return observer.leader !== null;
}

/** Whatever the steps left behind: links whole and, unless the run is to end, every node running. */
async function heal(cluster: Cluster, keeper: NodeKeeper, signal: AbortSignal): Promise<void> {
  await cluster.links.reset();
  if (signal.aborted) return;
  await Promise.all(
    keeper.started.map(async (node) => {
      if (keeper.state(node) === 'paused') await keeper.resume(node);
      if (keeper.state(node) === 'down') await keeper.start(node);
    }),
  );
  await cluster.atRest?.();
}

async function recordUsage(cluster: Cluster, recorder: Recorder, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [sent, disks] = await Promise.all([
      cluster.peerBytesSent(),
      Promise.all(cluster.nodes.map(async (node) => [node, await cluster.diskBytes(node)] as const)),
    ]);
    const diskBytes = Object.fromEntries(
      disks.flatMap(([node, bytes]) => (bytes === undefined ? [] : [[node, bytes]])),
    );
    recorder.record({
      process: 'observer',
      type: 'info',
      f: 'usage',
      value: { peerBytesSent: Object.fromEntries(sent), diskBytes },
    });
    if (signal.aborted) return;
    await cluster.clock.sleep(usageEveryMs, signal).catch(() => undefined);
  }
}

function asLabError(error: unknown): LabError {
  if (error instanceof LabError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new LabError('environment', `the lab itself failed: ${message}`, { cause: error });
}
