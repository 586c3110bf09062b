/** Elections as they show in one node's turns (Raft §5.2, §5.4.1; thesis §4.2, §9.6). */
import { isVoter, type Configuration } from '@raft-lab/node/core/configuration.ts';
import type { Input } from '@raft-lab/node/core/effects.ts';
import type { LogIndex, Position } from '@raft-lab/node/core/entry.ts';
import type { VoteRequest } from '@raft-lab/node/core/messages.ts';
import type { Timing } from '@raft-lab/node/core/state.ts';
import { LawBroken } from '../law-broken.ts';
import { isFromLeader, reconfigures, type Heard, type Stance, type Turn } from './turn.ts';

export class ElectionConduct {
  readonly #timing: Timing;
  readonly #configurationAt: (index: LogIndex) => Configuration;
  /** Ticks since the leader was heard. Who has just begun has heard nobody. */
  #silence: number;
  /** Ticks since anything that sets an election timer. */
  #quiet = 0;
  /** A snapshot is on its way to the disk, to take the log's place. */
  #installing = false;

  constructor(timing: Timing, configurationAt: (index: LogIndex) => Configuration) {
    this.#timing = timing;
    this.#configurationAt = configurationAt;
    this.#silence = timing.electionTicksMax;
  }

  takes(input: Input, { status, term }: Stance): void {
    if (input.kind === 'tick' && status.role !== 'leader') {
      this.#silence += 1;
      this.#quiet += 1;
    } else if (input.kind === 'message' && isFromLeader(input.message, term)) this.#silence = 0;
    else if (input.kind === 'snapshot-stored') this.#installing = false;
  }

  judge(turn: Turn): void {
    const { node, heard, made, effects } = turn;
    for (const { to, message } of made) {
      if (message.kind === 'vote-request' && this.#installing) {
        throw new LawBroken(
          'no-campaign-while-installing',
          `${node} calls an election although a snapshot is about to take the place of its log.`,
        );
      }
      if (message.kind === 'vote' && message.granted && heard !== null) votesForNewer(node, to, heard);
    }
    if (heard?.message.kind === 'vote-request') this.#answers(turn, heard, heard.message);
    if (heard?.message.kind === 'vote') learns(turn, heard, heard.message.committed);
    this.#campaigns(turn);
    if (effects.install !== null) this.#installing = true;
  }

  /** Who is removed is not heeded, who leads is defended, and everyone else gets an answer. */
  #answers(turn: Turn, heard: Heard, request: VoteRequest): void {
    const { node, before, after, made } = turn;
    const { from } = heard;
    const { status } = before;
    const answer = made.find(({ to, message }) => to === from && message.kind === 'vote')?.message;
    const granted = answer?.kind === 'vote' && answer.granted;
    const removed = this.#configurationAt(status.configIndex).removed.includes(from);
    if (removed && request.committed.index < status.configIndex) {
      if (answer === undefined && after.term === before.term) return;
      throw new LawBroken(
        'removed-ignored',
        `${node} heeds an election that ${from} calls, which the configuration at ${status.configIndex} has removed and which does not know it.`,
      );
    }
    learns(turn, heard, request.committed);
    // While a new term is on its way to the disk, whom the node follows in it is not seen.
    if (status.term !== before.term) return;
    const follows = status.leader !== null && this.#silence < this.#timing.electionTicksMin;
    const defends = status.role === 'leader' || follows;
    if (defends && !request.transfer) {
      if (request.term <= before.term || (!granted && after.term === before.term)) return;
      throw new LawBroken(
        'leader-defended',
        `${node} takes part in an election that ${from} calls, although it ${status.role === 'leader' ? 'leads' : `heard ${status.leader ?? ''} lead ${this.#silence} ticks ago`}.`,
      );
    }
    if (answer === undefined) {
      throw new LawBroken(
        'votes-answered',
        `${node} says nothing to ${from}, which asks for its vote in term ${request.term} and has nobody to wait for.`,
      );
    }
    // In a new term it has voted for nobody.
    if (granted || request.term <= before.term || !isUpToDate(request.last, heard.last)) return;
    throw new LawBroken(
      'votes-for-newer-logs',
      `${node} refuses its vote to ${from} in term ${request.term}, although that one's log is no older: ${told(request.last)}, its own ${told(heard.last)}.`,
    );
  }

  /** A voter that hears nobody calls an election before long. */
  #campaigns(turn: Turn): void {
    const { node, before, after, heard, made } = turn;
    const { status } = after;
    const set =
      before.term !== after.term ||
      before.status.role !== status.role ||
      before.status.leader !== status.leader ||
      reconfigures(turn) ||
      (heard !== null && isFromLeader(heard.message, before.term)) ||
      made.some(
        ({ message }) => message.kind === 'vote-request' || (message.kind === 'vote' && message.granted),
      );
    if (set || this.#installing || status.role === 'leader') this.#quiet = 0;
    if (this.#quiet <= this.#timing.electionTicksMax || !isVoter(status, node)) return;
    throw new LawBroken(
      'voters-campaign',
      `${node} is a voter, has heard nobody for ${this.#quiet} ticks and calls no election.`,
    );
  }
}

function votesForNewer(node: string, candidate: string, { from, message, last }: Heard): void {
  if (message.kind !== 'vote-request' || from !== candidate) return;
  if (isUpToDate(message.last, last)) return;
  throw new LawBroken(
    'votes-for-newer-logs',
    `${node} gives its vote to ${candidate}, whose log is older: ${told(message.last)}, its own ${told(last)}.`,
  );
}

/** Whether a log that ends at `one` may be followed by whoever has one that ends at `other`. */
function isUpToDate(one: Position, other: Position): boolean {
  return one.term > other.term || (one.term === other.term && one.index >= other.index);
}

function told({ index, term }: Position): string {
  return `it ends at ${index} in term ${term}`;
}

/** What others know to be committed is committed here, where the logs agree on it. */
function learns({ node, after }: Turn, { from, held }: Heard, committed: Position): void {
  if (held !== committed.term || committed.index <= after.status.commitIndex) return;
  throw new LawBroken(
    'learns-from-votes',
    `${node} hears from ${from} that the entry ${committed.index} of term ${committed.term}, which it has, is committed, and goes on with ${after.status.commitIndex}.`,
  );
}
