/** What one node was given and what it did about it, as anyone beside it can see. */
import type { Effects } from '@raft-lab/node/core/effects.ts';
import type { NodeId, Position, Term } from '@raft-lab/node/core/entry.ts';
import type { Message, Outgoing } from '@raft-lab/node/core/messages.ts';
import type { RaftStatus } from '@raft-lab/node/core/status.ts';

/** How a node stands between two turns. */
export interface Stance {
  readonly status: RaftStatus;
  /** The term that its disk was last asked to keep; the status has it when it is kept. */
  readonly term: Term;
}

/** A message, and what the node's log had to say to it when it came. */
export interface Heard {
  readonly from: NodeId;
  readonly message: Message;
  /** Where the log ended. */
  readonly last: Position;
  /** The term of the entry at the place that the message speaks of; undefined where there is none. */
  readonly held: Term | undefined;
}

export interface Turn {
  readonly node: NodeId;
  readonly before: Stance;
  readonly after: Stance;
  /** The message that was taken in; a turn has one at most. */
  readonly heard: Heard | null;
  readonly effects: Effects;
  /** Every message that was made, whether it leaves at once or waits for the disk. */
  readonly made: readonly Outgoing[];
}

/** Whether the node leads when the turn is over, in the term in which it led before. */
export function leadsOn({ before, after }: Turn): boolean {
  return before.status.role === 'leader' && after.status.role === 'leader' && before.term === after.term;
}

/** The term of a message; undefined for services, to which terms do not matter. */
export function termOf(message: Message): Term | undefined {
  return 'term' in message ? message.term : undefined;
}

/** Whether a message tells what its sender knows to be committed, which is so in every term. */
export function tellsCommitted({ kind }: Message): boolean {
  return kind === 'vote' || kind === 'vote-request';
}

/** Whether the turn put another configuration in force. */
export function reconfigures({ before, after }: Turn): boolean {
  return before.status.configIndex !== after.status.configIndex;
}

/** Whether a message proves to a node in `term` that somebody leads. */
export function isFromLeader(message: Message, term: Term): boolean {
  const { kind } = message;
  return (kind === 'append' || kind === 'heartbeat' || kind === 'snapshot-chunk') && message.term >= term;
}
