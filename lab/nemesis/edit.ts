/** A change of the configuration as the lab wants it: what some nodes are to be, whatever the others are. */
import type { Membership, NodeId } from '../history/history.ts';

export type Place = 'voter' | 'learner' | 'outside';
export type Edit = ReadonlyMap<NodeId, Place>;

export function edited({ voters, learners }: Membership, edit: Edit): Membership {
  const others = (nodes: readonly NodeId[]): NodeId[] => nodes.filter((node) => !edit.has(node));
  const placed = (wanted: Place): NodeId[] =>
    [...edit].filter(([, place]) => place === wanted).map(([node]) => node);
  return {
    voters: [...others(voters), ...placed('voter')].toSorted(),
    learners: [...others(learners), ...placed('learner')].toSorted(),
  };
}

export function editOf(nodes: readonly NodeId[], place: Place): Edit {
  return new Map(nodes.map((node) => [node, place]));
}
