import type { Random } from '@raft-lab/workloads';
import type { Flow, LinkEffect, NodeId } from '../links/links.ts';
import type { Fault } from '../plan/plan.ts';
import { linkFault } from './link-fault.ts';
import { largestMinority, resolveTarget } from './targets.ts';
import type { Nemesis, View } from './nemesis.ts';

type Partition = Extract<Fault, { kind: 'partition' }>;

/** Cuts between nodes, in five shapes and three kinds. */
export const partition: Nemesis<Partition> = linkFault('partition', {
  refuse(fault, size) {
    const { shape, target } = fault;
    if (size < 2) return 'a partition needs at least two nodes';
    if ((shape === 'bridge' || shape === 'majorities-ring') && size < 5) {
      return `${shape} needs at least five nodes; with ${size} it is another shape or none`;
    }
    const choosesItself = shape !== 'isolate' && shape !== 'one-way';
    if (choosesItself && target !== 'all') return `${shape} draws its own sides; leave the target out`;
    if (!choosesItself && target === 'all')
      return `${shape} needs a target that leaves somebody on the other side, not "all"`;
    if (shape === 'one-way' && fault.direction === undefined)
      return 'one-way needs a direction: inbound or outbound';
    if (shape !== 'one-way' && fault.direction !== undefined)
      return `${shape} cuts both ways; leave the direction out`;
    return undefined;
  },
  resolve(fault, view, random) {
    const { shape } = fault;
    if (shape === 'isolate' || shape === 'one-way') {
      const side = resolveTarget(fault.target, view, random);
      if ('skipped' in side) return side;
      const rest = view.nodes.filter((node) => !side.includes(node));
      if (rest.length === 0) return { skipped: 'nobody is left on the other side' };
      const outbound = between(side, rest);
      const inbound = between(rest, side);
      const flows =
        shape === 'isolate' ? [...outbound, ...inbound] : fault.direction === 'outbound' ? outbound : inbound;
      return { nodes: side, flows };
    }
    return { nodes: [], flows: drawnShape(shape, view, random) };
  },
  effect: (fault): LinkEffect => ({ kind: fault.cut }),
});

function drawnShape(shape: 'halves' | 'bridge' | 'majorities-ring', view: View, random: Random): Flow[] {
  const order = random.sample(view.nodes, view.nodes.length);
  const size = order.length;
  switch (shape) {
    case 'halves': {
      const middle = Math.floor(size / 2);
      return bothWays(order.slice(0, middle), order.slice(middle));
    }
    case 'bridge': {
      const side = largestMinority(size);
      // The node between the sides sees both; of an even number two nodes do.
      return bothWays(order.slice(0, side), order.slice(size - side));
    }
    case 'majorities-ring': {
      // On a ring everybody sees the same number of neighbours to each side: enough for a majority with itself, and no two see the same.
      const reach = Math.ceil(largestMinority(size + 1) / 2);
      return order.flatMap((from, i) =>
        order
          .filter((_, j) => Math.min((j - i + size) % size, (i - j + size) % size) > reach)
          .map((to) => ({ from, to })),
      );
    }
  }
}

function between(from: readonly NodeId[], to: readonly NodeId[]): Flow[] {
  return from.flatMap((a) => to.map((b) => ({ from: a, to: b })));
}

export function bothWays(one: readonly NodeId[], other: readonly NodeId[]): Flow[] {
  return [...between(one, other), ...between(other, one)];
}
