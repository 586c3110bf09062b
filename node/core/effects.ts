/** What goes into the core and what comes out of it. */
import type { Configuration, Membership } from './configuration.ts';
import type { Entry, HardState, LogIndex, NodeId, Position, Snapshot } from './entry.ts';
import type { Message, Outgoing, RefusalReason } from './messages.ts';

/** Names a proposal or a read of this node's own clients; never used twice in the life of a process. */
export type RequestId = number;

export type Input =
  /**
   * One unit of the clock that all time-outs count in. `missed` units went by unseen because the node itself stood still: a leader's heartbeats
   * are due by them, but nobody else's silence is judged by them.
   */
  | { readonly kind: 'tick'; readonly missed: number }
  | { readonly kind: 'message'; readonly from: NodeId; readonly message: Message }
  /** A message, made by this core, was never given to the network. */
  | { readonly kind: 'undelivered'; readonly outgoing: Outgoing }
  /** A peer began a new life: what was on its way to the old one is lost. */
  | { readonly kind: 'peer-restarted'; readonly peer: NodeId }
  | { readonly kind: 'propose'; readonly request: RequestId; readonly command: Uint8Array }
  | { readonly kind: 'read'; readonly request: RequestId }
  /** The write with this sequence number, and all before it, are on disk. */
  | { readonly kind: 'persisted'; readonly sequence: number }
  /** A snapshot of this node's own is on disk; entries up to it are no longer needed. */
  | { readonly kind: 'snapshot-taken'; readonly snapshot: Snapshot }
  /** The snapshot that an `install` effect asked for is on disk. */
  | { readonly kind: 'snapshot-stored'; readonly snapshot: Snapshot }
  /** It could not be put on disk, and is given up. */
  | { readonly kind: 'snapshot-failed' }
  /** Another configuration is asked for, on top of the one at index `onTopOf`. */
  | {
      readonly kind: 'change';
      readonly request: RequestId;
      readonly target: Membership;
      readonly onTopOf: LogIndex;
    }
  /** `to` is to lead in this node's stead; with null, whoever is furthest. */
  | { readonly kind: 'transfer'; readonly to: NodeId | null }
  /** Whether the disk has no room: then new commands are refused. */
  | { readonly kind: 'storage'; readonly full: boolean };

/** What the log follows on: a snapshot's place, and the configuration in it. */
export interface LogBase {
  readonly position: Position;
  readonly configuration: Configuration;
}

/** One write of the log, in this order: set `base`, cut from `truncateFrom`, append `entries`, then set `hardState`. */
export interface AppendEffect {
  readonly sequence: number;
  /** A snapshot on disk now stands for the entries up to here. */
  readonly base: LogBase | null;
  readonly truncateFrom: LogIndex | null;
  readonly entries: readonly Entry[];
  readonly hardState: HardState | null;
  /** Messages that say what this write makes true; they leave once it is on disk, and never before. */
  readonly then: readonly Outgoing[];
}

export interface Refusal {
  readonly request: RequestId;
  readonly reason: RefusalReason;
}

/** `done`: committed and in force. `given-up`: it may still come into force. The others: nothing was begun, or all of it was taken back. */
export type ChangeOutcome = 'done' | 'not-leader' | 'in-progress' | 'stale' | 'not-caught-up' | 'given-up';

export interface ChangeAnswer {
  readonly request: RequestId;
  readonly outcome: ChangeOutcome;
}

/** Everything the core wants done, in this order of fields; `append` need not be finished before the others are begun. */
export interface Effects {
  readonly send: readonly Outgoing[];
  readonly append: AppendEffect | null;
  /** A snapshot from the leader is complete: it is to be put on disk, and then stepped back as `snapshot-stored`. */
  readonly install: Snapshot | null;
  /** The state machine is to become what this snapshot says, before anything is applied. */
  readonly restore: Snapshot | null;
  /** A peer needs a snapshot and there is none that would do: one is to be taken, whatever the log's length. */
  readonly snapshotWanted: boolean;
  /** Newly committed entries, in order, each once in the life of a process. */
  readonly apply: readonly Entry[];
  /** Reads that may be answered now, after `apply`. */
  readonly reads: readonly RequestId[];
  /** Proposals and reads that certainly had no effect and can be made again. */
  readonly refused: readonly Refusal[];
  /** What became of changes of the configuration. */
  readonly changes: readonly ChangeAnswer[];
}
