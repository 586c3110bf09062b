/**
 * The rules that make Raft safe and that are easiest to get wrong, each a function of its own with its place in the literature. The core asks
 * them by name; a test that wants to see what a rule is for runs the core with that one rule replaced (`broken-rules.ts` has them all).
 */
import type { Configuration } from './configuration.ts';
import { isMember, isVoter, mayFollow, towards } from './configuration.ts';
import type { LogIndex, NodeId, Position, Term } from './entry.ts';
import type { Message } from './messages.ts';
import { countVotes, quorumValue } from './quorum.ts';

export interface ElectionRules {
  /** Whether a candidate's log holds all that a voter's may hold of committed entries (Raft §5.4.1). */
  isUpToDate(candidate: Position, voter: Position): boolean;
  /** Whether a vote may go to `candidate`: one vote a term, and the same again if it is asked for again (Raft §5.2). */
  mayVote(votedFor: NodeId | null, candidate: NodeId): boolean;
  /** Where an election stands: it is won by a majority of each half (Raft §5.2, §6). */
  countVotes: typeof countVotes;
  /** The vote that remains when a node becomes a follower without a new term: the one it gave (Raft §5.2). */
  voteAfterStepDown(votedFor: NodeId | null): NodeId | null;
  /** Whether a vote counts for a candidate: a pre-vote binds nobody, so that it elects nobody (thesis §9.6). */
  countsFor(candidate: 'pre-candidate' | 'candidate', pre: boolean): boolean;
  /** Whether a message of an earlier term means anything in this one (Raft §5.1). */
  heedsEarlierTerm(kind: Message['kind']): boolean;
  /** Whether elections are left alone while the leader is heard, so that who was cut off or removed disturbs nobody (Raft §6, thesis §4.2.3). */
  defendsLeader(): boolean;
  /**
   * Whether a vote request of a node that was removed by the configuration at `configurationIndex` is dropped: if the node can have missed that. One that knows
   * more to be committed was added again, and this node is who missed it; its vote may be needed.
   */
  ignoresRemoved(committed: LogIndex, configurationIndex: LogIndex): boolean;
  /** Whether a voter may vote, given what it knows of its own membership: always, for it may be a voter by an entry that it has not seen (thesis §4.2.2). */
  mayVoteAs(member: 'voter' | 'other'): boolean;
  /** Whether a node may call an election: a voter of either half, and not while a snapshot is about to replace its log (Raft §6, §7). */
  mayCampaign(configuration: Configuration, node: NodeId, installing: boolean): boolean;
  /** Whether a candidate's own vote counts: when it is on disk, like everyone's (Raft, figure 2). */
  countsOwnVote(durableTerm: Term, term: Term): boolean;
  /** Whether votes tell what is committed, so that a long log with an old commit index learns of a change that it missed (etcd#12359). */
  learnsFromVotes(): boolean;
  /** Whether a leader goes on, given whether a quorum answered it lately (thesis §6.2). */
  mayLeadOn(heardFromQuorum: boolean): boolean;
}

export interface ReplicationRules {
  /** Whether the logs agree on the entry before those received (Raft §5.3). */
  agrees(held: Term | undefined, sent: Term): boolean;
  /** Whether an entry that is held has to make room for the one received: only when they differ (Raft §5.3). */
  conflicts(held: Term, received: Term): boolean;
  /** The highest index that a quorum holds on disk (Raft §5.3, §6). */
  replicatedIndex(configuration: Configuration, matchOf: (voter: NodeId) => LogIndex): LogIndex;
  /** Up to where a leader counts its own log: as far as its disk has it (thesis §10.2.1, etcd#14370). */
  ownMatch(durable: LogIndex, last: LogIndex): LogIndex;
  /** Whether counting replicas commits an entry: only one of the leader's own term does (Raft §5.4.2, figure 8). */
  mayCommit(entryTerm: Term | undefined, currentTerm: Term): boolean;
  /** Up to where a follower commits: no further than its log is known to be the leader's (Raft, figure 2). */
  followerCommit(leaderCommit: LogIndex, verified: LogIndex, last: LogIndex): LogIndex;
  /** Whether a message that promises something of the disk waits for the disk (Raft, figure 2). */
  waitsForDisk(kind: Message['kind']): boolean;
}

export interface ReadRules {
  /** Whether a leader must hear from a quorum, in a round that began after the request, before it answers a read (thesis §6.4). */
  readsNeedRound(): boolean;
  /** Whether it must first have committed an entry of its own term (Raft §8, etcd#7331). */
  readsNeedOwnTerm(): boolean;
  /** Whether the round that a quorum answered confirms the reads that wait for `round` (etcd#20418). */
  confirms(answered: number, round: number): boolean;
  /** Whether a read that must have seen `index` can be answered where `commit` is committed (thesis §6.4). */
  maySee(index: LogIndex, commit: LogIndex): boolean;
}

export interface MembershipRules {
  /** Until which index a new leader changes no configuration: its own first entry (the single-server bug of 2015). */
  firstChangeAfter(blank: LogIndex): LogIndex;
  /** Whether a change may begin: one at a time (thesis §4.1). */
  mayChange(busy: boolean, pending: LogIndex, commit: LogIndex): boolean;
  /** The next configuration on the way to a target: a joint one where more than one voter changes (Raft §6). */
  towards: typeof towards;
  /** Whether a committed configuration is valid after the one before it; decided by every node alike (raft#80). */
  mayFollow: typeof mayFollow;
  /** Whether a committed configuration is in force before anything else is done, a campaign or a message (etcd#7280, etcd#12133). */
  entersAtOnce(): boolean;
  /** The commit index that is flushed with the log: the next configuration entry presumes that the last is known to be committed (etcd#7625). */
  savedCommit(commit: LogIndex): LogIndex;
  /** Whether a leader proposes to leave a joint configuration: whoever entered it (Raft §6). */
  leavesJoint(enteredHere: boolean): boolean;
  /** Whether new voters may vote, given that they have caught up, and that they can go on together (thesis §4.2.1). */
  mayPromote(caughtUp: boolean, alive: boolean): boolean;
  /** Whether a leader that is no voter any more leaves (Raft §6). */
  retires(): boolean;
  /** Whether the new quorum is counted at once after a configuration is committed. */
  commitsAgain(): boolean;
  /** Whether a transfer to someone who is removed meanwhile is given up. */
  abortsTransfer(): boolean;
  /** Whether a removed peer is told so before it is forgotten. */
  saysFarewell(): boolean;
  /** Whether leadership may be handed to a node that has matched so much (thesis §3.10). */
  mayTransfer(match: LogIndex, last: LogIndex): boolean;
}

export interface SnapshotRules {
  /** Whether a snapshot says anything new: not when it is behind the commit index, nor when the log holds its last entry (Raft §7). */
  isNews(base: Position, commit: LogIndex, held: Term | undefined): boolean;
  /** Whether a snapshot is meant for a node: its configuration has it. */
  isFor(configuration: Configuration, node: NodeId): boolean;
  /** Whether a chunk is the next one (Raft §7). */
  takesChunk(offset: number, stored: number): boolean;
  /** What a snapshot holds of the configuration in force: all of it (Raft §7). */
  snapshotConfiguration(inForce: Configuration): Configuration;
}

export type Rules = ElectionRules & ReplicationRules & ReadRules & MembershipRules & SnapshotRules;

export const raftRules: Rules = {
  isUpToDate: (candidate, voter) =>
    candidate.term > voter.term || (candidate.term === voter.term && candidate.index >= voter.index),
  mayVote: (votedFor, candidate) => votedFor === null || votedFor === candidate,
  countVotes,
  voteAfterStepDown: (votedFor) => votedFor,
  countsFor: (candidate, pre) => candidate === (pre ? 'pre-candidate' : 'candidate'),
  heedsEarlierTerm: () => false,
  defendsLeader: () => true,
  ignoresRemoved: (committed, configurationIndex) => committed < configurationIndex,
  mayVoteAs: () => true,
  mayCampaign: (configuration, node, installing) => isVoter(configuration, node) && !installing,
  countsOwnVote: (durableTerm, term) => durableTerm === term,
  learnsFromVotes: () => true,
  mayLeadOn: (heardFromQuorum) => heardFromQuorum,

  agrees: (held, sent) => held === sent,
  conflicts: (held, received) => held !== received,
  replicatedIndex: quorumValue,
  ownMatch: (durable) => durable,
  mayCommit: (entryTerm, currentTerm) => entryTerm === currentTerm,
  followerCommit: (leaderCommit, verified) => Math.min(leaderCommit, verified),
  waitsForDisk: () => true,

  readsNeedRound: () => true,
  readsNeedOwnTerm: () => true,
  confirms: (answered, round) => answered >= round,
  maySee: (index, commit) => index <= commit,

  firstChangeAfter: (blank) => blank,
  mayChange: (busy, pending, commit) => !busy && pending <= commit,
  towards,
  mayFollow,
  entersAtOnce: () => true,
  savedCommit: (commit) => commit,
  leavesJoint: () => true,
  mayPromote: (caughtUp, alive) => caughtUp && alive,
  retires: () => true,
  commitsAgain: () => true,
  abortsTransfer: () => true,
  saysFarewell: () => true,
  mayTransfer: (match, last) => match === last,

  isNews: (base, commit, held) => base.index > commit && held !== base.term,
  isFor: isMember,
  takesChunk: (offset, stored) => offset === stored,
  snapshotConfiguration: (inForce) => inForce,
};
