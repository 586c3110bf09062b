/** Majorities, over one voter set or two (Raft §6: agreement needs a majority of each). */
import type { Configuration } from './configuration.ts';
import { halves } from './configuration.ts';
import type { NodeId } from './entry.ts';

/**
 * The highest value that a quorum has reached: with match indices the index that may be committed, with rounds the round that is confirmed.
 * A configuration without voters has reached nothing, 0.
 */
export function quorumValue(configuration: Configuration, valueOf: (voter: NodeId) => number): number {
  let reached = Infinity;
  for (const voters of halves(configuration)) {
    if (voters.length === 0) return 0;
    const values = voters.map(valueOf).sort((a, b) => b - a);
    // Of n sorted values the one at floor(n/2) is reached by floor(n/2) + 1 voters: the smallest majority.
    reached = Math.min(reached, values[Math.floor(voters.length / 2)] ?? 0);
  }
  return reached;
}

export type VoteResult = 'won' | 'lost' | 'pending';

/** Where an election stands, given the votes known so far; undefined is a vote not yet heard. */
export function countVotes(
  configuration: Configuration,
  voteOf: (voter: NodeId) => boolean | undefined,
): VoteResult {
  let result: VoteResult = 'won';
  for (const voters of halves(configuration)) {
    const needed = Math.floor(voters.length / 2) + 1;
    const granted = voters.filter((voter) => voteOf(voter) === true).length;
    const refused = voters.filter((voter) => voteOf(voter) === false).length;
    if (refused > voters.length - needed || voters.length === 0) return 'lost';
    if (granted < needed) result = 'pending';
  }
  return result;
}
