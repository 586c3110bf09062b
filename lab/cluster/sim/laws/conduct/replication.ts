/** The leader's side of replication as it shows in its turns (Raft §5.3, §5.4.2; thesis §10.2.1). */
import type { LogIndex } from '@raft-lab/node/core/entry.ts';
import { LawBroken } from '../law-broken.ts';
import { isQuorum, toldOf } from '../quorums.ts';
import type { ShadowLog } from '../shadow-log.ts';
import type { Leadership } from './leadership.ts';
import { leadsOn, reconfigures, tellsCommitted, type Turn } from './turn.ts';

export function judgeReplication(turn: Turn, leadership: Leadership, log: ShadowLog): void {
  for (const { to, message } of turn.made) {
    if (message.kind !== 'heartbeat') continue;
    leadership.round = Math.max(leadership.round, message.round);
    const acked = leadership.acked.get(to) ?? 0;
    if (message.commit <= acked) continue;
    throw new LawBroken(
      'commit-as-acknowledged',
      `${turn.node} tells ${to} that ${message.commit} is committed, but in this term ${to} has acknowledged no more than ${acked}.`,
    );
  }
  if (!leadsOn(turn)) return;
  commitsOwnTerm(turn, leadership, log);
  if (leadership.news || reconfigures(turn)) commitsWhatQuorumHolds(turn, leadership, log);
  leadership.news = false;
}

/** Counting replicas commits entries of the leader's own term, and with them what comes before (figure 8). */
function commitsOwnTerm({ node, before, after, heard }: Turn, { term }: Leadership, log: ShadowLog): void {
  const { commitIndex } = after.status;
  // What is committed can also be learned from votes.
  const tells = heard !== null && tellsCommitted(heard.message);
  if (commitIndex === before.status.commitIndex || tells || log.termAt(commitIndex) === term) return;
  throw new LawBroken(
    'commits-own-term',
    `${node} leads in term ${term} and commits the entry ${commitIndex} of term ${log.termAt(commitIndex) ?? 'none'} by counting who has it.`,
  );
}

function commitsWhatQuorumHolds({ node, after }: Turn, leadership: Leadership, log: ShadowLog): void {
  const { status } = after;
  const matched = (voter: string): LogIndex =>
    voter === node ? leadership.durable : (leadership.acked.get(voter) ?? 0);
  // The highest index that some voter has, and a quorum with it.
  let held = 0;
  for (const voter of [...status.voters, ...status.outgoing]) {
    const index = matched(voter);
    if (index > held && index > status.commitIndex && isQuorum(status, (other) => matched(other) >= index)) {
      held = index;
    }
  }
  if (held === 0 || log.termAt(held) !== leadership.term) return;
  throw new LawBroken(
    'commits-what-quorum-holds',
    `${node} knows that a quorum of ${toldOf(status)} holds the entry ${held}, of its own term, and goes on with ${status.commitIndex} committed.`,
  );
}
