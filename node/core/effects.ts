/** What goes into the core and what comes out of it. */
import type { Entry, HardState, LogIndex, NodeId } from './entry.ts';
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
  /** Whether the disk has no room: then new commands are refused. */
  | { readonly kind: 'storage'; readonly full: boolean };

/** One write of the log, in this order: cut from `truncateFrom`, append `entries`, then set `hardState`. */
export interface AppendEffect {
  readonly sequence: number;
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

/** Everything the core wants done, in this order of fields; `append` need not be finished before the others are begun. */
export interface Effects {
  readonly send: readonly Outgoing[];
  readonly append: AppendEffect | null;
  /** Newly committed entries, in order, each once in the life of a process. */
  readonly apply: readonly Entry[];
  /** Reads that may be answered now, after `apply`. */
  readonly reads: readonly RequestId[];
  /** Proposals and reads that certainly had no effect and can be made again. */
  readonly refused: readonly Refusal[];
}
