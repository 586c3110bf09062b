import { registerKeys } from '@raft-lab/workloads';
import type { Cluster } from '../cluster/cluster.ts';
import type { LinkRule, NodeId } from '../links/links.ts';
import type { Plan } from '../plan/plan.ts';
import type { Clients } from './clients.ts';
import type { NodeKeeper } from './node-keeper.ts';
import type { Recorder } from './recorder.ts';

const cutName = 'final-cut';
const retryEveryMs = 50;

/**
 * Every voter counts: each in turn is cut off from everyone, and all keys are read through the rest, so that what any one node holds is needed
 * for somebody's quorum. Where a cut would leave no majority (one or two voters) the keys are read once, through everybody.
 */
export async function finalReads(
  plan: Plan,
  cluster: Cluster,
  keeper: NodeKeeper,
  clients: Clients,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  const nodes = plan.nodes.filter((node) => keeper.isThere(node));
  const voters = plan.voters.filter((voter) => nodes.includes(voter));
  const cuts: NodeId[][] = voters.length > 2 ? voters.map((voter) => [voter]) : [[]];
  for (const cut of cuts) {
    if (signal.aborted) return;
    const rest = nodes.filter((node) => !cut.includes(node));
    await cluster.links.impose(
      cutName,
      cut.flatMap((node) => isolating(node, rest)),
    );
    recorder.record({ process: 'observer', type: 'info', f: 'cut-off', value: { cut } });
    await readAll(plan, cluster, clients, rest, signal);
    await cluster.links.lift(cutName);
    recorder.record({ process: 'observer', type: 'info', f: 'cut-off', value: { cut: [] } });
  }
}

function isolating(node: NodeId, rest: readonly NodeId[]): LinkRule[] {
  return rest.flatMap((other): LinkRule[] => [
    { flow: { from: node, to: other }, effect: { kind: 'black-hole' } },
    { flow: { from: other, to: node }, effect: { kind: 'black-hole' } },
  ]);
}

/** Reads every key until it was answered, through the nodes in turn, at most as long as a cluster may take to recover. */
async function readAll(
  plan: Plan,
  cluster: Cluster,
  clients: Clients,
  nodes: readonly NodeId[],
  signal: AbortSignal,
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
