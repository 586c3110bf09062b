/** What a leader was told in its term: whatever it says, commits and answers has to follow from that. */
import { isMember } from '@raft-lab/node/core/configuration.ts';
import type { Input, RequestId } from '@raft-lab/node/core/effects.ts';
import type { LogIndex, NodeId, Term } from '@raft-lab/node/core/entry.ts';
import type { Message, ReadIndex } from '@raft-lab/node/core/messages.ts';
import type { Timing } from '@raft-lab/node/core/state.ts';
import type { RaftStatus } from '@raft-lab/node/core/status.ts';
import { LawBroken } from '../law-broken.ts';
import { isQuorum, toldOf, toldQuorum } from '../quorums.ts';
import type { ShadowLog } from '../shadow-log.ts';
import { reconfigures, type Stance, type Turn } from './turn.ts';

export interface Leadership {
  readonly term: Term;
  /** Up to where each peer has acknowledged the log. */
  readonly acked: Map<NodeId, LogIndex>;
  /** The latest round of heartbeats that each has answered. */
  readonly ackedRound: Map<NodeId, number>;
  /** When each was heard last, in ticks of the leader's clock. */
  readonly heardAt: Map<NodeId, number>;
  /** When the configuration came into force: before, another quorum was enough. */
  configuredAt: number;
  /** The latest round that has begun. */
  round: number;
  /** The round that was the latest when a read was asked for, by the read's name. */
  readonly reads: Map<string, number>;
  /** Its own writes that are under way: their numbers, and where each brings the log. */
  readonly writes: { readonly sequence: number; readonly lastIndex: LogIndex }[];
  /** Up to where its own log is on its disk, as far as it was written in this term. */
  durable: LogIndex;
  /** Something was heard, of a peer or of the disk, by which more may be committed. */
  news: boolean;
}

/** The leaderships of one node, one after another. */
export class Leaderships {
  readonly #timing: Timing;
  #now: Leadership | null = null;
  #ticks = 0;
  /** In this turn. */
  #ticked = false;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  takes(input: Input, { status }: Stance): void {
    if (input.kind === 'tick') {
      this.#ticks += 1;
      this.#ticked = true;
    }
    const leadership = this.#now;
    if (leadership === null) return;
    if (input.kind === 'message') this.#hears(leadership, input.from, input.message, status);
    else if (input.kind === 'read') leadership.reads.set(localRead(input.request), leadership.round);
    // What a peer holds that begins a new life is learned again.
    else if (input.kind === 'peer-restarted') leadership.acked.delete(input.peer);
    else if (input.kind === 'persisted') persists(leadership, input.sequence);
  }

  /** What the node leads as when the turn is over, if it does. */
  follow(turn: Turn, { lastIndex }: ShadowLog): Leadership | null {
    const { node, after, effects } = turn;
    const { status, term } = after;
    const ticked = this.#ticked;
    this.#ticked = false;
    if (status.role !== 'leader') {
      this.#now = null;
      return null;
    }
    const leadership = this.#now?.term === term ? this.#now : beginning(term);
    if (leadership !== this.#now || reconfigures(turn)) leadership.configuredAt = this.#ticks;
    this.#now = leadership;
    if (effects.append !== null) leadership.writes.push({ sequence: effects.append.sequence, lastIndex });
    if (ticked) this.#hasQuorum(leadership, status, node);
    return leadership;
  }

  /** Who is a member no longer is forgotten, with what it said. */
  forgetOthers(turn: Turn): void {
    if (this.#now === null || !reconfigures(turn)) return;
    const { status } = turn.after;
    for (const peer of this.#now.heardAt.keys()) {
      if (isMember(status, peer)) continue;
      this.#now.heardAt.delete(peer);
      this.#now.acked.delete(peer);
      this.#now.ackedRound.delete(peer);
    }
  }

  #hears(leadership: Leadership, from: NodeId, message: Message, status: RaftStatus): void {
    if (message.kind === 'read-index') {
      const read = remoteRead(from, message);
      // The network may repeat the question; each is answered, the first one first.
      if (!leadership.reads.has(read)) leadership.reads.set(read, leadership.round);
      return;
    }
    const answers =
      message.kind === 'append-ack' ||
      message.kind === 'append-reject' ||
      message.kind === 'heartbeat-ack' ||
      message.kind === 'snapshot-ack';
    if (!answers || message.term !== leadership.term || !isMember(status, from)) return;
    leadership.heardAt.set(from, this.#ticks);
    leadership.news = true;
    if ('matched' in message) raise(leadership.acked, from, message.matched);
    if ('round' in message) raise(leadership.ackedRound, from, message.round);
  }

  /** It looks whether a quorum answers once in the longest time-out, so that it may miss one for up to two. */
  #hasQuorum({ heardAt, configuredAt, term }: Leadership, status: RaftStatus, node: NodeId): void {
    const patience = 2 * this.#timing.electionTicksMax;
    const heard = (voter: NodeId): boolean =>
      voter === node || this.#ticks - Math.max(heardAt.get(voter) ?? 0, configuredAt) <= patience;
    if (isQuorum(status, heard)) return;
    throw new LawBroken(
      'leader-has-quorum',
      `${node} leads on in term ${term} although of ${toldOf(status)} it has heard only ${toldQuorum(status, heard)} in the last ${patience} ticks.`,
    );
  }
}

function beginning(term: Term): Leadership {
  return {
    term,
    acked: new Map(),
    ackedRound: new Map(),
    heardAt: new Map(),
    configuredAt: 0,
    round: 0,
    reads: new Map(),
    writes: [],
    durable: 0,
    news: false,
  };
}

function persists(leadership: Leadership, sequence: number): void {
  const { writes } = leadership;
  leadership.news = true;
  for (let first = writes[0]; first !== undefined && first.sequence <= sequence; first = writes[0]) {
    leadership.durable = Math.max(leadership.durable, first.lastIndex);
    writes.shift();
  }
}

function raise(values: Map<NodeId, number>, peer: NodeId, value: number): void {
  values.set(peer, Math.max(values.get(peer) ?? 0, value));
}

/** The name of a read of the node's own clients. */
export function localRead(request: RequestId): string {
  return `${request}`;
}

/** The name of a read that another node asked for. */
export function remoteRead(from: NodeId, { life, attempt }: Pick<ReadIndex, 'life' | 'attempt'>): string {
  return `${from} ${life} ${attempt}`;
}
