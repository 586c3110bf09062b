/** Quorums as the laws count them: written apart from the core's own, which they are to judge. */
import { halves, type Configuration } from '@raft-lab/node/core/configuration.ts';
import type { NodeId } from '../../../links/links.ts';

export type Voting = Pick<Configuration, 'voters' | 'outgoing'>;

/** Whether every quorum of the one has a voter in common with every quorum of the other: looked up in all sets of voters, who are few. */
export function quorumsIntersect(one: Configuration, other: Configuration): boolean {
  const voters = [...new Set([...halves(one), ...halves(other)].flat())];
  for (let chosen = 0; chosen < 2 ** voters.length; chosen += 1) {
    const isIn = (voter: NodeId): boolean => (chosen & (1 << voters.indexOf(voter))) !== 0;
    if (isQuorum(one, isIn) && isQuorum(other, (voter) => !isIn(voter))) return false;
  }
  return true;
}

/** Whether those who are in it are a majority of each half. */
export function isQuorum(configuration: Voting, isIn: (voter: NodeId) => boolean): boolean {
  const { voters: next, outgoing } = configuration;
  return [next, ...(outgoing.length > 0 ? [outgoing] : [])].every(
    (voters) => voters.filter(isIn).length * 2 > voters.length,
  );
}

/** The voters, in words. */
export function toldOf({ voters, outgoing }: Voting): string {
  return outgoing.length > 0 ? `${voters.join(', ')} and ${outgoing.join(', ')}` : voters.join(', ');
}

/** Those of the voters who are in it, in words. */
export function toldQuorum({ voters, outgoing }: Voting, isIn: (voter: NodeId) => boolean): string {
  const names = [...new Set([...voters, ...outgoing])].filter(isIn);
  return names.length === 0 ? 'none' : names.join(', ');
}
