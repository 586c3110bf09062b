import type { Fault } from '../plan/plan.ts';
import { lacking } from './features.ts';
import { linkFault } from './link-fault.ts';
import type { Nemesis, View } from './nemesis.ts';
import { bothWays } from './partition.ts';
import { resolveTarget } from './targets.ts';

type FallBehind = Extract<Fault, { kind: 'fall-behind' }>;

/** A node may keep about so many thresholds of entries behind its snapshot, for those who are a little late. */
const thresholdsKept = 1;

const cutOff = linkFault<FallBehind>('fall-behind', {
  refuse: (_fault, size) =>
    size < 3 ? 'a node falls behind a majority of others, which needs three' : undefined,
  resolve(fault, view, random) {
    const nodes = resolveTarget(fault.target, view, random);
    if ('skipped' in nodes) return nodes;
    const rest = view.nodes.filter((node) => !nodes.includes(node));
    return { nodes, flows: bothWays(nodes, rest) };
  },
  effect: (fault) => ({ kind: fault.cut }),
});

/** A follower that misses so much that only a snapshot brings it back. */
export const fallBehind: Nemesis<FallBehind> = {
  ...cutOff,
  resolve(fault, view, random) {
    return lacking(view, view.running, 'snapshot') ?? cutOff.resolve(fault, view, random);
  },
  isDone: ({ nodes }, { view, snapshotEntries }) => hasCompacted(view(), nodes, snapshotEntries),
};

/** Whether every other voter has a snapshot so far beyond the end of the targets' logs that it has dropped what they lack. */
function hasCompacted(view: View, nodes: readonly string[], snapshotEntries: number): boolean {
  const ends = nodes.map((node) => view.status(node)?.lastLogIndex ?? Infinity);
  const needed = Math.max(...ends) + thresholdsKept * snapshotEntries;
  const others = view.voters.filter((node) => !nodes.includes(node));
  return others.every((node) => (view.status(node)?.snapshotIndex ?? 0) > needed);
}
