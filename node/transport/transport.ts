/** The port to the other nodes. */
import type { NodeId } from '../core/entry.ts';
import type { Message } from '../core/messages.ts';

/** Messages may be lost, and over several connections they may be repeated or overtake each other; they are never changed. */
export interface Transport extends AsyncDisposable {
  /** Returns false when the messages were not given to the network and never will be. */
  send(to: NodeId, messages: readonly Message[]): boolean;
}

export interface TransportEvents {
  onMessages(from: NodeId, messages: readonly Message[]): void;
  /** A peer began a new life since it was last heard. */
  onPeerRestarted(peer: NodeId): void;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface TransportOptions {
  readonly id: NodeId;
  readonly life: number;
  readonly token: string;
  readonly listen: Address;
  /** Where this node dials each of the others. */
  readonly peers: ReadonlyMap<NodeId, Address>;
  readonly events: TransportEvents;
  /** Something that an operator may want to know. */
  readonly note: (message: string, details: Record<string, unknown>) => void;
}
