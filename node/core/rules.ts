/**
 * The rules that make Raft safe and that are easiest to get wrong, each a function of its own with its place in the literature. The core asks
 * them by name; a test that wants to see what a rule is for runs the core with that one rule replaced.
 */
import type { Configuration } from './configuration.ts';
import type { LogIndex, NodeId, Position, Term } from './entry.ts';
import { quorumValue } from './quorum.ts';

export interface Rules {
  /** Whether a candidate's log holds all that a voter's may hold of committed entries (Raft §5.4.1). */
  isUpToDate(candidate: Position, voter: Position): boolean;
  /** Whether a vote may go to `candidate`: one vote a term, and the same again if it is asked for again (Raft §5.2). */
  mayVote(votedFor: NodeId | null, candidate: NodeId): boolean;
  /** The highest index that a quorum holds on disk (Raft §5.3, §6). */
  replicatedIndex(configuration: Configuration, matchOf: (voter: NodeId) => LogIndex): LogIndex;
  /** Whether counting replicas commits an entry: only one of the leader's own term does (Raft §5.4.2, figure 8). */
  mayCommit(entryTerm: Term | undefined, currentTerm: Term): boolean;
  /** Whether a leader must hear from a quorum, in a round that began after the request, before it answers a read (thesis §6.4). */
  readsNeedRound(): boolean;
}

export const raftRules: Rules = {
  isUpToDate: (candidate, voter) =>
    candidate.term > voter.term || (candidate.term === voter.term && candidate.index >= voter.index),
  mayVote: (votedFor, candidate) => votedFor === null || votedFor === candidate,
  replicatedIndex: quorumValue,
  mayCommit: (entryTerm, currentTerm) => entryTerm === currentTerm,
  readsNeedRound: () => true,
};
