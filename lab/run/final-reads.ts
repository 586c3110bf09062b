import { registerKeys } from '@raft-lab/workloads';
import type { Cluster } from '../cluster/cluster.ts';
import { possibleVoters } from '../history/configurations.ts';
import type { LinkRule, NodeId } from '../links/links.ts';
import { largestMinority } from '../nemesis/targets.ts';
import type { Plan } from '../plan/plan.ts';
import type { Clients } from './clients.ts';
import type { NodeKeeper } from './node-keeper.ts';
import type { Observer } from './observer.ts';
import type { Operator } from './operator.ts';
import type { Recorder } from './recorder.ts';

const cutName = 'final-cut';
const retryEveryMs = 50;
/** So many of the nodes that were brought back by a snapshot are needed for every quorum in turn; each costs an election. */
const installersMax = 3;

export interface FinalReads {
  readonly plan: Plan;
  readonly cluster: Cluster;
  readonly keeper: NodeKeeper;
  readonly observer: Observer;
  readonly operator: Operator;
  readonly clients: Clients;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
}

/**
 * Every voter counts: each in turn is cut off from everyone, and all keys are read through the rest, so that what any one node holds is needed
 * for somebody's quorum. Where a cut would leave no majority (one or two voters) the keys are read once, through everybody. After that, whoever was brought
 * up to date by a snapshot has so many others cut off that there is no quorum without it, and is to lead: what its snapshot held is read from it.
 */
export async function finalReads(run: FinalReads): Promise<void> {
  const { keeper, observer, operator } = run;
  const voters = possibleVoters(operator.configurations.possible).filter((node) => keeper.isThere(node));
  if (voters.length <= 2) {
    await readWithout(run, [], voters);
    return;
  }
  for (const voter of voters) {
    await readWithout(
      run,
      [voter],
      voters.filter((node) => node !== voter),
    );
  }
  const cutSize = largestMinority(voters.length);
  const installers = observer.installers.filter((node) => voters.includes(node)).slice(0, installersMax);
  for (const needed of installers) {
    if (run.signal.aborted) return;
    if (observer.status(needed)?.features.includes('transfer') === true)
      await operator.transferLeadership('final-reads', needed);
    // Whoever leads and has everything is cut off first.
    const others = voters
      .filter((node) => node !== needed)
      .toSorted((a, b) => Number(b === observer.leader) - Number(a === observer.leader));
    await readWithout(run, others.slice(0, cutSize), [needed, ...others.slice(cutSize)]);
  }
}

async function readWithout(
  run: FinalReads,
  cut: readonly NodeId[],
  through: readonly NodeId[],
): Promise<void> {
  const { cluster, keeper, recorder, signal } = run;
  if (signal.aborted) return;
  const rest = keeper.started.filter((node) => !cut.includes(node));
  await cluster.links.impose(
    cutName,
    cut.flatMap((node) => isolating(node, rest)),
  );
  recorder.record({ process: 'observer', type: 'info', f: 'cut-off', value: { cut: [...cut] } });
  await readAll(run, through);
  await cluster.links.lift(cutName);
  recorder.record({ process: 'observer', type: 'info', f: 'cut-off', value: { cut: [] } });
}

function isolating(node: NodeId, rest: readonly NodeId[]): LinkRule[] {
  return rest.flatMap((other): LinkRule[] => [
    { flow: { from: node, to: other }, effect: { kind: 'black-hole' } },
    { flow: { from: other, to: node }, effect: { kind: 'black-hole' } },
  ]);
}

/** Reads every key until it was answered, through the nodes in turn, at most as long as a cluster may take to recover. */
async function readAll(
  { plan, cluster, clients, signal }: FinalReads,
  nodes: readonly NodeId[],
): Promise<void> {
  const { clock } = cluster;
  const untilNs = clock.nowNs() + plan.recoverWithinMs * 1e6;
  await Promise.all(
    registerKeys(plan.workload.keys).map(async (key, i) => {
      const read = clients.reader();
      for (let turn = i; clock.nowNs() < untilNs && !signal.aborted; turn += 1) {
        const node = nodes[turn % nodes.length];
        if (node === undefined) return;
        const { outcome } = await read(key, node);
        if (outcome.type === 'ok') return;
        await clock.sleep(retryEveryMs, signal).catch(() => undefined);
      }
    }),
  );
}
