/** All that a node knows, in one record. The modules beside this one are its rules of change; nothing else touches it. */
import type { Configuration, Membership } from './configuration.ts';
import { assert } from './assert.ts';
import { Durability } from './durability.ts';
import type { ChangeAnswer, LogBase, Refusal, RequestId } from './effects.ts';
import type { Entry, HardState, LogIndex, NodeId, Position, Snapshot, Term } from './entry.ts';
import { Log } from './log.ts';
import { Outbox } from './outbox.ts';
import type { Progress } from './progress.ts';
import type { Rules } from './rules.ts';

/** Durations in ticks. The election time-out is drawn anew from the range each time. */
export interface Timing {
  readonly heartbeatTicks: number;
  readonly electionTicksMin: number;
  readonly electionTicksMax: number;
  /** How long new voters may take to catch up. */
  readonly catchUpTicks: number;
}

/** What a node starts from: its disk's content. */
export interface Recovered {
  readonly hardState: HardState;
  /** The place that `entries` follow on: the snapshot's, or 0 and 0. */
  readonly base: Position;
  readonly entries: readonly Entry[];
  /** The configuration at `base`. */
  readonly configuration: Configuration;
  /** The snapshot at `base`; null at the beginning of all. */
  readonly snapshot: Snapshot | null;
}

/** A snapshot on its way here from the leader. */
export interface Incoming {
  readonly leader: NodeId;
  readonly base: Position;
  readonly configuration: Configuration;
  readonly total: number;
  readonly chunks: Uint8Array[];
  stored: number;
  /** Complete, and on its way to the disk. */
  installing: boolean;
}

export interface RaftOptions {
  readonly id: NodeId;
  /** A number that no other life of any node has, so that answers to a former life are recognised. */
  readonly life: number;
  readonly timing: Timing;
  readonly recovered: Recovered;
  /** Entries kept in memory behind a snapshot, so that a follower that is a little behind needs no snapshot. */
  readonly keptEntries: number;
  /** Bytes of a snapshot in one message, 128 KiB by default: tests make it small, to see many. */
  readonly chunkBytes?: number;
  /** How long a lease lasts (`lease.ts`); 0, the default, is none. The same on every node, and shorter than the shortest election time-out. */
  readonly leaseMs?: number;
  readonly rules: Rules;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Whom to tell the index that a read must have seen. */
export type Reader =
  | { readonly kind: 'local'; readonly requests: readonly RequestId[] }
  | { readonly kind: 'remote'; readonly node: NodeId; readonly life: number; readonly attempt: number };

/** Reads that wait for a quorum to answer `round`; they must have seen `index`. */
export interface ReadRound {
  readonly round: number;
  readonly index: LogIndex;
  readonly readers: readonly Reader[];
}

export interface Follower {
  readonly kind: 'follower';
  /** Up to here the log is known to be that of this term's leader. */
  verified: LogIndex;
  /** The leader waits for an acknowledgement. */
  owesAck: boolean;
}
export interface Candidate {
  readonly kind: 'pre-candidate' | 'candidate';
  readonly votes: Map<NodeId, boolean>;
}
export interface Leader {
  readonly kind: 'leader';
  readonly progress: Map<NodeId, Progress>;
  /** The last round of heartbeats. */
  round: number;
  heartbeatElapsed: number;
  quorumElapsed: number;
  /** Readers that no round was begun for yet. */
  readers: Reader[];
  rounds: ReadRound[];
  /** When rounds began, latest last; only where there are leases. */
  readonly roundsBegun: { readonly round: number; readonly atMs: number }[];
  /** Somebody was asked to take over in this term. */
  yielded: boolean;
  /** The last entry that may hold a configuration: until it is committed no other is proposed. */
  pendingConfiguration: LogIndex;
  change: Change | null;
  transfer: Transfer | null;
}

/** A change of the configuration under way, at the leader that was asked for it. */
export interface Change {
  readonly request: RequestId;
  readonly target: Membership;
  /** What is gone back to when the new voters do not catch up. */
  readonly before: Membership;
  stage: 'catching-up' | 'changing' | 'going-back';
  ticksLeft: number;
}

export interface Transfer {
  readonly to: NodeId;
  asked: boolean;
  ticksLeft: number;
}
export type Role = Follower | Candidate | Leader;

export interface State {
  readonly id: NodeId;
  readonly life: number;
  readonly timing: Timing;
  readonly keptEntries: number;
  readonly chunkBytes: number;
  readonly leaseMs: number;
  readonly rules: Rules;
  readonly random: () => number;
  readonly log: Log;
  readonly durability: Durability;
  readonly outbox: Outbox;
  term: Term;
  votedFor: NodeId | null;
  /** What the disk was last given. */
  saved: HardState;
  role: Role;
  leader: NodeId | null;
  configuration: Configuration;
  configurationIndex: LogIndex;
  /** Committed configurations that are about to come into force. */
  readonly entering: { readonly index: LogIndex; readonly configuration: Configuration }[];
  commit: LogIndex;
  /** Up to here entries were given to the state machine. */
  applied: LogIndex;
  /** The time that came with the latest input; it never goes back. */
  nowMs: number;
  /** Ticks since the election timer was last set, and when it goes off. */
  electionElapsed: number;
  electionTimeout: number;
  /** Ticks since the leader was last heard. */
  leaderSilence: number;
  storageFull: boolean;
  /** The latest snapshot on disk. */
  snapshot: Snapshot | null;
  /** The log's base is to be written. */
  unsavedBase: LogBase | null;
  incoming: Incoming | null;
  install: Snapshot | null;
  restore: Snapshot | null;
  snapshotWanted: boolean;
  snapshotsInstalled: number;
  /** Reads of this turn, not yet asked about. */
  newReads: RequestId[];
  /** Questions to the leader, by attempt. */
  readonly questions: Map<number, readonly RequestId[]>;
  /** Reads whose index is known and not yet applied here. */
  answered: { readonly index: LogIndex; readonly requests: readonly RequestId[] }[];
  readable: RequestId[];
  refused: Refusal[];
  changes: ChangeAnswer[];
  electionsStarted: number;
}

export function createState(options: RaftOptions): State {
  const { recovered, leaseMs = 0, chunkBytes = 2 ** 17 } = options;
  const log = new Log(recovered.base, recovered.entries);
  const { hardState } = recovered;
  assert(hardState.commit <= log.lastIndex, `the commit index on disk (${hardState.commit}) is in the log`);
  assert(log.last.term <= hardState.term, `the last entry's term is at most the node's (${hardState.term})`);
  return {
    ...options,
    leaseMs,
    chunkBytes,
    log,
    durability: new Durability(hardState, log.lastIndex, recovered.snapshot?.base.index),
    outbox: new Outbox((kind) => options.rules.waitsForDisk(kind)),
    term: hardState.term,
    votedFor: hardState.votedFor,
    saved: hardState,
    role: { kind: 'follower', verified: recovered.base.index, owesAck: false },
    leader: null,
    configuration: recovered.configuration,
    configurationIndex: recovered.configuration.index,
    entering: [],
    commit: recovered.base.index,
    applied: recovered.base.index,
    electionElapsed: 0,
    electionTimeout: 0,
    nowMs: 0,
    // A node that just started has heard nobody, and may vote at once; unless it may have promised not to in its life before.
    leaderSilence: leaseMs > 0 ? 0 : options.timing.electionTicksMax,
    storageFull: false,
    snapshot: recovered.snapshot,
    unsavedBase: null,
    incoming: null,
    install: null,
    // What the disk's snapshot holds is where the state machine begins.
    restore: recovered.snapshot,
    snapshotWanted: false,
    snapshotsInstalled: 0,
    newReads: [],
    questions: new Map(),
    answered: [],
    readable: [],
    refused: [],
    changes: [],
    electionsStarted: 0,
  };
}
