/** Changes of the configuration and of the leader as they show in a leader's turns (Raft §6; thesis §3.10, §4). */
import { isMember, isVoter, members, type Configuration } from '@raft-lab/node/core/configuration.ts';
import type { Input, RequestId } from '@raft-lab/node/core/effects.ts';
import type { LogIndex, NodeId } from '@raft-lab/node/core/entry.ts';
import { LawBroken } from '../law-broken.ts';
import type { ShadowLog } from '../shadow-log.ts';
import type { Leadership } from './leadership.ts';
import { leadsOn, reconfigures, type Stance, type Turn } from './turn.ts';

/** Who lacks no more entries than these has caught up: under load some are always on their way. */
const caughtUpWithin = 256;

export class ChangeConduct {
  readonly #log: ShadowLog;
  /** Where the log holds configurations, in order. */
  #places: LogIndex[];
  /** Proposals of this turn. */
  readonly #proposed = new Set<RequestId>();
  /** Who was last asked to take over: a voter, or, with null, whoever is furthest; undefined while nobody was. */
  #heir: NodeId | null | undefined;

  /** @param places where the log holds configurations when it begins. */
  constructor(log: ShadowLog, places: readonly LogIndex[]) {
    this.#log = log;
    this.#places = [...places];
  }

  takes(input: Input, { status }: Stance): void {
    if (input.kind === 'propose') this.#proposed.add(input.request);
    if (input.kind !== 'transfer' || status.role !== 'leader') return;
    if (input.to === null || isVoter(status, input.to)) this.#heir = input.to;
  }

  /** Knows where the log holds configurations, whoever leads. */
  follow({ after, effects: { append } }: Turn): void {
    if (after.status.role !== 'leader') this.#heir = undefined;
    if (append === null) return;
    const { truncateFrom, entries } = append;
    if (truncateFrom !== null) this.#places = this.#places.filter((index) => index < truncateFrom);
    for (const { index, payload } of entries) if (payload.kind === 'configuration') this.#places.push(index);
  }

  /** @param snapshotIndex where the node's latest snapshot stands, so that its log has what comes after. */
  judge(turn: Turn, leadership: Leadership, snapshotIndex: LogIndex): void {
    for (const { index, payload } of turn.effects.append?.entries ?? []) {
      if (payload.kind === 'configuration') this.#proposes(turn, leadership, index, payload.configuration);
    }
    const { node, after, made } = turn;
    const { voters, outgoing } = after.status;
    if (outgoing.length === 0 && !voters.includes(node)) {
      throw new LawBroken(
        'removed-leader-leaves',
        `${node} leads on although the configuration at ${after.status.configIndex} has it as a voter no more.`,
      );
    }
    for (const { to, message } of made)
      if (message.kind === 'timeout-now') this.#handsOver(turn, leadership, to);
    if (leadsOn(turn)) {
      this.#serves(turn);
      saysFarewell(turn, leadership, snapshotIndex);
    }
  }

  /** The turn is over. */
  end(): void {
    this.#proposed.clear();
  }

  /** A leader takes commands, unless it hands over to somebody who can lead. */
  #serves({ node, after, effects, made }: Turn): void {
    const heir = this.#heir;
    const handsOver = heir === null || (heir !== undefined && isVoter(after.status, heir));
    if (handsOver) return;
    const refuses =
      effects.refused.some(({ request, reason }) => reason === 'not-leader' && this.#proposed.has(request)) ||
      made.some(({ message }) => message.kind === 'forward-refused' && message.reason === 'not-leader');
    if (!refuses) return;
    throw new LawBroken(
      'leader-serves',
      `${node} leads and refuses a command, although it hands over to ${heir === undefined ? 'nobody' : `${heir}, which is no voter`}.`,
    );
  }

  /** A leader appends a configuration. */
  #proposes({ node, after }: Turn, { term, acked }: Leadership, index: LogIndex, next: Configuration): void {
    const { commitIndex } = after.status;
    if (this.#log.termAt(commitIndex) !== term) {
      throw new LawBroken(
        'changes-need-own-term',
        `${node} begins a change of the configuration before an entry of its term ${term} is committed.`,
      );
    }
    const other = this.#places.find((place) => place > commitIndex && place !== index);
    if (other !== undefined) {
      throw new LawBroken(
        'one-change-at-a-time',
        `${node} appends a configuration at ${index} although the one at ${other} is not committed yet.`,
      );
    }
    const laggard = next.voters.find(
      (voter) =>
        !isVoter(after.status, voter) && (acked.get(voter) ?? -Infinity) + caughtUpWithin < index - 1,
    );
    if (laggard === undefined) return;
    throw new LawBroken(
      'promotes-caught-up',
      `${node} makes ${laggard} a voter at ${index}, which has acknowledged ${acked.get(laggard) ?? 'nothing'} in this term.`,
    );
  }

  #handsOver({ node, after }: Turn, { acked }: Leadership, to: NodeId): void {
    if (!isVoter(after.status, to)) {
      throw new LawBroken('transfer-to-voter', `${node} hands leadership over to ${to}, which is no voter.`);
    }
    const { lastIndex } = this.#log;
    const held = acked.get(to) ?? 0;
    if (held === lastIndex) return;
    throw new LawBroken(
      'transfer-to-whole-log',
      `${node} hands leadership over to ${to}, which has acknowledged ${held} of ${lastIndex} entries.`,
    );
  }
}

/** Who is a member no longer is told so once, where the log still has what it lacks. */
function saysFarewell(turn: Turn, { acked }: Leadership, snapshotIndex: LogIndex): void {
  if (!reconfigures(turn)) return;
  const { node, before, after, made } = turn;
  for (const peer of members(before.status)) {
    const isGone = peer !== node && !isMember(after.status, peer);
    if (!isGone || (acked.get(peer) ?? -1) < snapshotIndex) continue;
    const told = made.some(
      ({ to, message }) =>
        to === peer && message.kind === 'append' && message.commit > before.status.configIndex,
    );
    if (told) continue;
    throw new LawBroken(
      'farewell-said',
      `${node} puts the configuration at ${after.status.configIndex} in force, which removes ${peer}, and does not tell it.`,
    );
  }
}
