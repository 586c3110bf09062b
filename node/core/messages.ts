/** What nodes say to each other. Every message may be lost, repeated, delayed or overtaken; none is trusted to arrive. */
import type { Configuration } from './configuration.ts';
import type { Entry, LogIndex, NodeId, Position, Term } from './entry.ts';

/** Asks for a vote, or, with `pre`, whether a vote would be granted in `term` (thesis §9.6). */
export interface VoteRequest {
  readonly kind: 'vote-request';
  readonly term: Term;
  readonly pre: boolean;
  readonly last: Position;
  /** What the candidate knows to be committed: a voter that knew less learns of a configuration it missed (etcd#12359). */
  readonly committed: Position;
  /** The leader asked for this election, so that it may be held although the leader is heard (thesis §3.10). */
  readonly transfer: boolean;
}

/** Answers a vote request. A granted pre-vote names the term that was asked about, every other vote the voter's own. */
export interface Vote {
  readonly kind: 'vote';
  readonly term: Term;
  readonly pre: boolean;
  readonly granted: boolean;
  readonly committed: Position;
}

/** AppendEntries: `entries` follow directly on `previous`. Without entries it only moves the follower's commit index. */
export interface Append {
  readonly kind: 'append';
  readonly term: Term;
  readonly previous: Position;
  readonly entries: readonly Entry[];
  readonly commit: LogIndex;
}

/** Up to `matched` the sender's log is the leader's, and is on the sender's disk. */
export interface AppendAck {
  readonly kind: 'append-ack';
  readonly term: Term;
  readonly matched: LogIndex;
}

/** The entry before those sent, at `rejected`, is not in the sender's log. `hint` is the last place where the logs may agree. */
export interface AppendReject {
  readonly kind: 'append-reject';
  readonly term: Term;
  readonly rejected: LogIndex;
  readonly hint: Position;
}

/** Proof of leadership, and the question whether the receiver still accepts it in this round. */
export interface Heartbeat {
  readonly kind: 'heartbeat';
  readonly term: Term;
  /** Grows with each broadcast of a term, so that an answer confirms only what was asked before it. */
  readonly round: number;
  readonly commit: LogIndex;
  /** The last index sent to the receiver so far; one that lacks it knows that something was lost. */
  readonly sent: LogIndex;
}

export interface HeartbeatAck {
  readonly kind: 'heartbeat-ack';
  readonly term: Term;
  readonly round: number;
  /** As in an append acknowledgement, so that a lost one is made up for. */
  readonly matched: LogIndex;
  /** Entries that the leader has sent have not arrived. */
  readonly missing: boolean;
}

/** A part of a snapshot, for a follower whose next entry is compacted away (Raft §7). */
export interface SnapshotChunk {
  readonly kind: 'snapshot-chunk';
  readonly term: Term;
  readonly base: Position;
  readonly configuration: Configuration;
  /** Where `data` begins in the whole, which has `total` bytes. */
  readonly offset: number;
  readonly total: number;
  readonly data: Uint8Array;
}

/** How many bytes, from the beginning, of the snapshot at `index` the sender has. */
export interface SnapshotAck {
  readonly kind: 'snapshot-ack';
  readonly term: Term;
  readonly index: LogIndex;
  readonly stored: number;
}

/** The leader wants the receiver to lead, and not to wait for a time-out (thesis §3.10). */
export interface TimeoutNow {
  readonly kind: 'timeout-now';
  readonly term: Term;
}

/** Tells a leader of an older term that its term is over. */
export interface Stale {
  readonly kind: 'stale';
  readonly term: Term;
}

/** A command that another node wants appended. `life` and `attempt` name the attempt, once and for all time. */
export interface Forward {
  readonly kind: 'forward';
  readonly life: number;
  readonly attempt: number;
  readonly command: Uint8Array;
}

/** The forwarded command was certainly not appended, and will not be through this attempt. */
export interface ForwardRefused {
  readonly kind: 'forward-refused';
  readonly life: number;
  readonly attempt: number;
  readonly reason: RefusalReason;
}

/** Asks the leader for an index that a read must have seen (thesis §6.4). One question stands for all reads of a turn. */
export interface ReadIndex {
  readonly kind: 'read-index';
  readonly life: number;
  readonly attempt: number;
}

/** A read that sees everything up to `index` is linearizable. */
export interface ReadIndexAnswer {
  readonly kind: 'read-index-answer';
  readonly life: number;
  readonly attempt: number;
  readonly index: LogIndex;
}

export interface ReadIndexRefused {
  readonly kind: 'read-index-refused';
  readonly life: number;
  readonly attempt: number;
}

/** Why a command was not appended, or a read not begun. */
export type RefusalReason = 'not-leader' | 'out-of-space';

/** Messages of the protocol proper, which carry the sender's term. */
export type TermMessage =
  | VoteRequest
  | Vote
  | Append
  | AppendAck
  | AppendReject
  | Heartbeat
  | HeartbeatAck
  | SnapshotChunk
  | SnapshotAck
  | TimeoutNow
  | Stale;
/** Services that a node does for another on behalf of its clients; terms do not matter to them. */
export type ServiceMessage = Forward | ForwardRefused | ReadIndex | ReadIndexAnswer | ReadIndexRefused;

export type Message = TermMessage | ServiceMessage;

export interface Outgoing {
  readonly to: NodeId;
  readonly message: Message;
}
