import type { Fault } from '../plan/plan.ts';
import { lacking } from './features.ts';
import type { Nemesis } from './nemesis.ts';
import { resolveNodes } from './targets.ts';

type Snapshot = Extract<Fault, { kind: 'snapshot' }>;
type Transfer = Extract<Fault, { kind: 'transfer' }>;

/** The targets compact now, however short their logs are, and whatever else they are about. */
export const snapshot: Nemesis<Snapshot> = {
  kind: 'snapshot',
  refuse: () => undefined,
  resolve(fault, view, random) {
    const found = resolveNodes(fault.target, view, random);
    return found.kind === 'skipped' ? found : (lacking(view, found.nodes, 'snapshot') ?? found);
  },
  async begin({ step, nodes }, { operator }) {
    await Promise.all(nodes.map((node) => operator.takeSnapshot(step, node)));
    return undefined;
  },
  end: () => Promise.resolve(),
};

/** The leader hands over to the target. */
export const transfer: Nemesis<Transfer> = {
  kind: 'transfer',
  refuse: (_fault, size) => (size < 2 ? 'a lone node has nobody to hand over to' : undefined),
  resolve(fault, view, random) {
    const found = resolveNodes(fault.target, view, random);
    if (found.kind === 'skipped') return found;
    if (view.leader === null) return { kind: 'skipped', reason: 'nobody leads' };
    return lacking(view, [view.leader], 'transfer') ?? { ...found, nodes: found.nodes.slice(0, 1) };
  },
  async begin({ step, nodes }, { operator }) {
    const [to] = nodes;
    if (to === undefined) return undefined;
    const asked = await operator.transferLeadership(step, to);
    return asked.kind === 'done' ? undefined : { nodes, givenUp: asked.reason };
  },
  end: () => Promise.resolve(),
};
