/** What the log holds. */
import type { Configuration } from './configuration.ts';

/** A node's name, as in `RAFT_ID`. */
export type NodeId = string;
/** A term: 0 before the first election, and never lower again. */
export type Term = number;
/** A place in the log, from 1; 0 is the place before the first entry. */
export type LogIndex = number;

/** What an entry carries: nothing (a leader's first entry of its term), a command of the state machine, or a configuration. */
export type Payload =
  | { readonly kind: 'blank' }
  | { readonly kind: 'command'; readonly command: Uint8Array }
  | { readonly kind: 'configuration'; readonly configuration: Configuration };

export interface Entry {
  readonly index: LogIndex;
  readonly term: Term;
  readonly payload: Payload;
}

/** Index and term of one entry, which together identify it and everything before it (the Log Matching property, Raft §5.3). */
export interface Position {
  readonly index: LogIndex;
  readonly term: Term;
}

/** What survives a restart beside the log (Raft, figure 2), and the commit index, which then need not be learned again. */
export interface HardState {
  readonly term: Term;
  readonly votedFor: NodeId | null;
  readonly commit: LogIndex;
}

/** The state machine after the entry at `base`, with the configuration in force there (Raft §7). */
export interface Snapshot {
  readonly base: Position;
  readonly configuration: Configuration;
  /** The state machine's own encoding, clients' sessions included. */
  readonly data: Uint8Array;
}

/** Bytes that an entry costs beside its command: an estimate that bounds batches, not the size of any encoding. */
const entryOverheadBytes = 32;

/** About how many bytes an entry takes in a message. */
export function entryBytes(entry: Entry): number {
  return entryOverheadBytes + (entry.payload.kind === 'command' ? entry.payload.command.length : 0);
}
