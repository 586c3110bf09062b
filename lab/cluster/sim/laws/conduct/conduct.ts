/**
 * What a node may and must do, turn by turn, given what it has heard: the rules of Raft that leave a trace in one node's messages and writes long before they
 * show in the cluster's state, if they ever do there. Written from the literature, apart from the core, which it is to judge.
 */
import type { Configuration } from '@raft-lab/node/core/configuration.ts';
import type { Effects, Input } from '@raft-lab/node/core/effects.ts';
import type { LogIndex, NodeId, Position } from '@raft-lab/node/core/entry.ts';
import type { Message } from '@raft-lab/node/core/messages.ts';
import type { Timing } from '@raft-lab/node/core/state.ts';
import type { RaftStatus } from '@raft-lab/node/core/status.ts';
import type { ShadowLog } from '../shadow-log.ts';
import { ChangeConduct } from './changes.ts';
import { ElectionConduct } from './elections.ts';
import { FollowerConduct } from './following.ts';
import { judgeReads } from './reads.ts';
import { judgeReplication } from './replication.ts';
import { Leaderships } from './leadership.ts';
import type { Heard, Stance, Turn } from './turn.ts';

export interface ConductOptions {
  readonly node: NodeId;
  readonly timing: Timing;
  /** Followed by whoever carries out the effects; a turn is judged when it has followed. */
  readonly log: ShadowLog;
  /** How the node stands when its life begins. */
  readonly status: RaftStatus;
  /** Where its log holds configurations then. */
  readonly configurations: readonly LogIndex[];
  /** The committed configuration at an index. */
  readonly configurationAt: (index: LogIndex) => Configuration;
}

/** The conduct of one node in one life. */
export class Conduct {
  readonly #node: NodeId;
  readonly #log: ShadowLog;
  readonly #elections: ElectionConduct;
  readonly #following: FollowerConduct;
  readonly #leaderships: Leaderships;
  readonly #changes: ChangeConduct;
  #stance: Stance;
  #heard: Heard | null = null;

  constructor(options: ConductOptions) {
    const { node, log, status, timing, configurations, configurationAt } = options;
    this.#node = node;
    this.#log = log;
    this.#elections = new ElectionConduct(timing, configurationAt);
    this.#following = new FollowerConduct(status.commitIndex);
    this.#leaderships = new Leaderships(timing);
    this.#changes = new ChangeConduct(log, configurations);
    this.#stance = { status, term: status.term };
  }

  /** Something is about to be stepped. */
  takes(input: Input): void {
    if (input.kind === 'message') this.#heard = this.#hears(input.from, input.message);
    this.#elections.takes(input, this.#stance);
    this.#leaderships.takes(input, this.#stance);
    this.#changes.takes(input, this.#stance);
  }

  /**
   * The effects of everything taken in since the last turn.
   * @param snapshotIndex where the node's latest snapshot stands, which its log may follow on.
   */
  does(effects: Effects, status: RaftStatus, snapshotIndex: LogIndex): void {
    const { send, append } = effects;
    const turn: Turn = {
      node: this.#node,
      before: this.#stance,
      after: { status, term: append?.hardState?.term ?? this.#stance.term },
      heard: this.#heard,
      effects,
      made: append === null || append.then.length === 0 ? send : [...send, ...append.then],
    };
    this.#heard = null;
    this.#stance = turn.after;
    this.#elections.judge(turn);
    this.#following.judge(turn);
    this.#changes.follow(turn);
    const leadership = this.#leaderships.follow(turn, this.#log);
    if (leadership !== null) {
      judgeReplication(turn, leadership, this.#log);
      judgeReads(turn, leadership, this.#log);
      this.#changes.judge(turn, leadership, snapshotIndex);
      this.#leaderships.forgetOthers(turn);
    }
    this.#changes.end();
  }

  #hears(from: NodeId, message: Message): Heard {
    const { lastIndex } = this.#log;
    const last = { index: lastIndex, term: this.#log.termAt(lastIndex) ?? 0 };
    const place = placeOf(message);
    return { from, message, last, held: place === null ? undefined : this.#log.termAt(place.index) };
  }
}

/** The place in the log that a message speaks of. */
function placeOf(message: Message): Position | null {
  switch (message.kind) {
    case 'vote-request':
    case 'vote':
      return message.committed;
    case 'append':
      return message.previous;
    case 'snapshot-chunk':
      return message.base;
    case 'append-ack':
    case 'append-reject':
    case 'heartbeat':
    case 'heartbeat-ack':
    case 'snapshot-ack':
    case 'timeout-now':
    case 'stale':
    case 'forward':
    case 'forward-refused':
    case 'read-index':
    case 'read-index-answer':
    case 'read-index-refused':
      return null;
  }
}
