import type { Flow, LinkEffect, NodeId } from '../links/links.ts';
import type { Fault } from '../plan/plan.ts';
import { linkFault } from './link-fault.ts';
import type { Nemesis, View } from './nemesis.ts';
import { resolveTarget } from './targets.ts';

type SlowFault = Extract<Fault, { kind: 'latency' | 'bandwidth' | 'slicer' | 'reset' }>;

/** All flows between the targets and the other nodes, both ways; among the targets too where they are several. */
function flowsAround(nodes: readonly NodeId[], view: View): Flow[] {
  return view.nodes.flatMap((from) =>
    view.nodes
      .filter((to) => to !== from && (nodes.includes(from) || nodes.includes(to)))
      .map((to) => ({ from, to })),
  );
}

function slowLinks<F extends SlowFault>(kind: F['kind'], effect: (fault: F) => LinkEffect): Nemesis<F> {
  return linkFault<F>(kind, {
    refuse: (_fault, size) =>
      size < 2 ? `${kind} concerns links between nodes, and one node has none` : undefined,
    resolve(fault, view, random) {
      const nodes = resolveTarget(fault.target, view, random);
      return 'skipped' in nodes ? nodes : { nodes, flows: flowsAround(nodes, view) };
    },
    effect,
  });
}

/** Every message to and from the targets takes longer, by `latencyMs` give or take `jitterMs`. */
export const latency = slowLinks<Extract<Fault, { kind: 'latency' }>>(
  'latency',
  ({ latencyMs, jitterMs }) => ({
    kind: 'latency',
    latencyMs,
    jitterMs,
  }),
);

/** The links of the targets carry no more than so many kilobytes a second. */
export const bandwidth = slowLinks<Extract<Fault, { kind: 'bandwidth' }>>(
  'bandwidth',
  ({ kilobytesPerSecond }) => ({
    kind: 'bandwidth',
    kilobytesPerSecond,
  }),
);

/** What the targets send and receive arrives in small pieces. */
export const slicer = slowLinks<Extract<Fault, { kind: 'slicer' }>>(
  'slicer',
  ({ averageBytes, variationBytes, delayUs }) => ({ kind: 'slicer', averageBytes, variationBytes, delayUs }),
);

/** Connections of the targets are reset, again and again. */
export const reset = slowLinks<Extract<Fault, { kind: 'reset' }>>('reset', ({ afterMs }) => ({
  kind: 'reset',
  afterMs,
}));
