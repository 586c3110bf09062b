import type { Cluster } from '../cluster/cluster.ts';
import type { HistoryEvent } from '../history/history.ts';
import type { Plan } from '../plan/plan.ts';
import { possibleVoters } from '../history/configurations.ts';
import type { NodeKeeper } from './node-keeper.ts';
import type { Observer } from './observer.ts';
import type { Operator } from './operator.ts';
import type { Recorder } from './recorder.ts';

const lookEveryMs = 20;

/**
 * Waits, while clients work, until somebody leads and a write that began after the last heal was accepted; at most as long as the plan allows. Whether
 * that was in time is judged from the history.
 */
export async function awaitRecovery(
  plan: Plan,
  cluster: Cluster,
  observer: Observer,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  const invoked = new Set<number>();
  let accepted = false;
  recorder.onEvent((event: HistoryEvent) => {
    if (typeof event.process !== 'number' || event.f === 'read') return;
    if (event.type === 'invoke') invoked.add(event.process);
    // A comparison that did not match is an answer, but it writes nothing.
    else if (event.type === 'ok' && invoked.has(event.process))
      accepted ||= event.f !== 'cas' || event.value.swapped;
  });
  await awaitCondition(plan, cluster, signal, () => accepted && observer.leader !== null);
}

/**
 * Waits, with clients at rest, until every voter was asked and reports that it applied the highest commit anyone reports; at most as long as the
 * plan allows. The answers are what the voters' states are compared by.
 */
export async function awaitQuiet(
  plan: Plan,
  cluster: Cluster,
  keeper: NodeKeeper,
  observer: Observer,
  { configurations }: Operator,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  const restNs = recorder.timeNs();
  await awaitCondition(plan, cluster, signal, () => {
    const statuses = possibleVoters(configurations.possible)
      .filter((voter) => keeper.isThere(voter))
      .map((voter) => observer.statusSince(voter, restNs));
    const highest = Math.max(...statuses.map((status) => status?.commitIndex ?? 0));
    // Nodes that report no indices have nothing to wait for.
    return statuses.every((status) => status !== undefined && (status.appliedIndex ?? highest) >= highest);
  });
}

/** How long whoever is outside the configuration is watched. */
const watchMs = 2_500;

/**
 * Where a node runs that is outside the configuration, clients work on for a while with no fault in force: whether it leaves the others alone shows only in
 * such a time.
 */
export async function watchOutsiders(
  { clock }: Cluster,
  keeper: NodeKeeper,
  { configurations }: Operator,
  signal: AbortSignal,
): Promise<void> {
  const { possible } = configurations;
  const isMember = (node: string): boolean =>
    possible.some(({ voters, learners }) => voters.includes(node) || learners.includes(node));
  if (keeper.running.every(isMember)) return;
  await clock.sleep(watchMs, signal).catch(() => undefined);
}

async function awaitCondition(
  plan: Plan,
  { clock }: Cluster,
  signal: AbortSignal,
  holds: () => boolean,
): Promise<void> {
  const untilNs = clock.nowNs() + plan.recoverWithinMs * 1e6;
  while (!holds() && clock.nowNs() < untilNs && !signal.aborted) {
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}
