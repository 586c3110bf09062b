import type { Random } from '@raft-lab/workloads';
import type { NodeId } from '../links/links.ts';
import type { Target } from '../plan/plan.ts';
import type { Resolution, View } from './nemesis.ts';

/** The nodes that a target means now, or why it means none. Only running nodes are drawn: what is down cannot be harmed again. */
export function resolveTarget(
  target: Target,
  view: View,
  random: Random,
): readonly NodeId[] | { skipped: string } {
  const { running, leader } = view;
  const voting = running.filter((node) => view.voters.includes(node));
  const size = view.voters.length;
  const atLeastOne = (nodes: readonly NodeId[], wanted: string) =>
    nodes.length > 0 ? nodes : { skipped: `no ${wanted} is running` };

  switch (target) {
    case 'leader':
      return leader === null ? { skipped: 'nobody leads' } : [leader];
    case 'all':
      return atLeastOne(running, 'node');
    case 'spare': {
      const [spare] = view.spares;
      return spare === undefined ? { skipped: 'every node is in the configuration' } : [spare];
    }
    case 'minority':
      return atLeastOne(random.sample(voting, largestMinority(size)), 'minority');
    case 'majority':
      return atLeastOne(
        random.sample(voting, largestMinority(size) + 1 + (size % 2 === 0 ? 1 : 0)),
        'majority',
      );
    default: {
      const drawn = /^(followers|voters):(\d+)$/.exec(target);
      if (drawn !== null) {
        const pool = drawn[1] === 'followers' ? voting.filter((node) => node !== leader) : voting;
        return atLeastOne(random.sample(pool, Number(drawn[2])), 'follower');
      }
      const named = target.split('+');
      const absent = named.filter((node) => !running.includes(node));
      return absent.length > 0 ? { skipped: `${absent.join(', ')} is not running` } : named;
    }
  }
}

/** The most nodes that can be missing while a majority of `size` is left. */
export function largestMinority(size: number): number {
  return Math.floor((size - 1) / 2);
}

/** For faults that concern single nodes and no links. */
export function resolveNodes(target: Target, view: View, random: Random): Resolution {
  const nodes = resolveTarget(target, view, random);
  return 'skipped' in nodes
    ? { kind: 'skipped', reason: nodes.skipped }
    : { kind: 'resolved', nodes, rules: [] };
}
