/** Reads at the leader: each is answered by a round of heartbeats that began after it was asked for, in a term that has committed something (thesis §6.4). */
import type { NodeId } from '@raft-lab/node/core/entry.ts';
import { LawBroken } from '../law-broken.ts';
import { isQuorum, toldOf, toldQuorum } from '../quorums.ts';
import type { ShadowLog } from '../shadow-log.ts';
import { localRead, remoteRead, type Leadership } from './leadership.ts';
import type { Turn } from './turn.ts';

export function judgeReads(turn: Turn, leadership: Leadership, log: ShadowLog): void {
  for (const request of turn.effects.reads) answers(turn, leadership, log, localRead(request));
  for (const { to, message } of turn.made) {
    if (message.kind === 'read-index-answer') answers(turn, leadership, log, remoteRead(to, message));
  }
}

function answers({ node, after }: Turn, leadership: Leadership, log: ShadowLog, read: string): void {
  const { reads, ackedRound, term } = leadership;
  const asked = reads.get(read);
  // What was asked for before it led was answered by another leader.
  if (asked === undefined) return;
  reads.delete(read);
  const { status } = after;
  const confirmed = (voter: NodeId): boolean => voter === node || (ackedRound.get(voter) ?? 0) > asked;
  if (!isQuorum(status, confirmed)) {
    throw new LawBroken(
      'reads-need-round',
      `${node} answers a read that was asked for after round ${asked} of its heartbeats, and of ${toldOf(status)} only ${toldQuorum(status, confirmed)} has answered a later one.`,
    );
  }
  if (log.termAt(status.commitIndex) === term) return;
  throw new LawBroken(
    'reads-need-own-term',
    `${node} answers a read before an entry of its term ${term} is committed: ${status.commitIndex} is of term ${log.termAt(status.commitIndex) ?? 'none'}.`,
  );
}
