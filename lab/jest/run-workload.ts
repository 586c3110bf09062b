import { usage } from '../setup/options.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunHistory } from './run-history.ts';
import { RunOver } from './run-over.ts';
import { backstageOf } from './start-cluster.ts';
import type { TestCluster } from './test-cluster.ts';
import { outOfTime, requireTime } from './test-time.ts';

export interface WorkloadSettings {
  /** How long clients work. Default 5,000, or as long as `during` takes; given both, the longer. */
  readonly durationMs?: number;
  /** What the test does to the cluster while clients work. */
  readonly during?: () => Promise<void>;
  /** Operations a second that all clients together begin. Default 200. */
  readonly rate?: number;
  /** Clients at the same time, each with one operation in flight. Default three a node. */
  readonly concurrency?: number;
  /** Registers. Few keys get many reads each. Default 5. */
  readonly keys?: number;
}

const durationMsDefault = 5_000;

/**
 * Lets clients loose on a cluster, then heals it, waits for recovery, and reads everything once more with each voter needed in turn. Resolves with the history, whatever
 * the cluster did. Rejects with what `during` rejects with, and with a `LabError` `usage` where the test's time was too short.
 */
export async function runWorkload(
  cluster: TestCluster,
  settings: WorkloadSettings = {},
): Promise<RunHistory> {
  const backstage = backstageOf(cluster);
  const { conductor, opened, outcome, plan, stop } = backstage;
  if (backstage.used) throw usage('A cluster has one workload in its life: start another cluster.');
  backstage.used = true;
  const { during } = settings;
  const durationMs = settings.durationMs ?? (during === undefined ? durationMsDefault : 0);
  requireTime(durationMs);
  using time = outOfTime();

  const work = async (): Promise<void> => {
    const works = conductor.work(workloadOf(settings, plan)).then(() => true);
    // A run in which nobody ever led, or that lost its nodes, ends without its clients' time.
    if (!(await Promise.race([works, outcome.then(() => false)]))) return;
    const ended = await Promise.allSettled([cluster.sleep(durationMs), Promise.resolve().then(during)]);
    conductor.finish();
    const failed = ended.find(
      // A run that was stopped by a violation has its evidence in the history; the test need not have finished.
      (one): one is PromiseRejectedResult => one.status === 'rejected' && !(one.reason instanceof RunOver),
    );
    if (failed === undefined) return;
    stop('the test failed');
    await outcome;
    throw failed.reason;
  };
  const late = Promise.withResolvers<never>();
  time.signal.addEventListener('abort', () => {
    stop(time.signal.reason);
    late.reject(time.signal.reason as Error);
  });
  const finished = (async () => {
    await work();
    return opened.finish(await outcome, conductor.played());
  })();
  // Awaited, since the end of this function stops the watch on the time.
  return await Promise.race([finished, late.promise]);
}

function workloadOf({ rate, concurrency, keys }: WorkloadSettings, { workload }: Plan): Plan['workload'] {
  return {
    ...workload,
    ...(rate === undefined ? {} : { rate }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(keys === undefined ? {} : { keys }),
  };
}
