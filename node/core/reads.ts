/** Linearizable reads without the log (thesis §6.4): the leader's commit index, confirmed by a round of heartbeats that began after the request. */
import { assert } from './assert.ts';
import { commitTo, releaseReads } from './commit.ts';
import type { RequestId } from './effects.ts';
import type { NodeId } from './entry.ts';
import { holdsLease } from './lease.ts';
import type { ReadIndex, ReadIndexAnswer, ReadIndexRefused } from './messages.ts';
import { quorumValue } from './quorum.ts';
import { broadcastHeartbeat, knowsCommit } from './replication.ts';
import type { Leader, Reader, State } from './state.ts';

/** Rounds begun for reads and not yet confirmed; what comes meanwhile shares the next one. */
const maxReadRounds = 4;
/** Questions to the leader that may be open; the oldest is given up beyond it. */
const maxQuestions = 1_000;

/** Asks about the reads of this turn: a quorum where this node leads, the leader where it follows. */
export function askForReads(state: State): void {
  const requests = state.newReads;
  if (requests.length > 0) {
    state.newReads = [];
    if (state.role.kind === 'leader') state.role.readers.push({ kind: 'local', requests });
    else if (state.leader !== null) askLeader(state, state.leader, requests);
    else refuse(state, requests);
  }
  if (state.role.kind === 'leader') beginRound(state, state.role);
}

function askLeader(state: State, leader: NodeId, requests: readonly RequestId[]): void {
  const attempt = requests[0];
  assert(attempt !== undefined, 'a question stands for a read');
  state.questions.set(attempt, requests);
  state.outbox.send(leader, { kind: 'read-index', life: state.life, attempt });
  const oldest = state.questions.entries().next().value;
  if (oldest !== undefined && state.questions.size > maxQuestions) {
    state.questions.delete(oldest[0]);
    refuse(state, oldest[1]);
  }
}

function refuse(state: State, requests: readonly RequestId[]): void {
  for (const request of requests) state.refused.push({ request, reason: 'not-leader' });
}

/** One round serves every read that was asked for before it. */
function beginRound(state: State, leader: Leader): void {
  // Until an entry of its own term is committed, a leader may not know of everything that is (Raft §8).
  if (leader.readers.length === 0 || !knowsCommit(state)) return;
  const { readers } = leader;
  if (!state.rules.readsNeedRound() || holdsLease(state, leader)) {
    leader.readers = [];
    answer(state, readers, state.commit);
    return;
  }
  if (leader.rounds.length >= maxReadRounds) return;
  leader.readers = [];
  broadcastHeartbeat(state, leader);
  leader.rounds.push({ round: leader.round, index: state.commit, readers });
  confirmRounds(state, leader);
}

/** Answers the reads of every round that a quorum has answered. */
export function confirmRounds(state: State, leader: Leader): void {
  if (leader.rounds.length === 0) return;
  const confirmed = quorumValue(state.configuration, (voter) =>
    voter === state.id ? leader.round : (leader.progress.get(voter)?.ackedRound ?? 0),
  );
  for (let first = leader.rounds[0]; first !== undefined; first = leader.rounds[0]) {
    if (!state.rules.confirms(confirmed, first.round)) return;
    leader.rounds.shift();
    answer(state, first.readers, first.index);
  }
}

function answer(state: State, readers: readonly Reader[], index: number): void {
  assert(index <= state.commit, `a read waits for nothing that is not committed (${index})`);
  for (const reader of readers) {
    if (reader.kind === 'local') state.readable.push(...reader.requests);
    else {
      const { life, attempt } = reader;
      state.outbox.send(reader.node, { kind: 'read-index-answer', life, attempt, index });
    }
  }
}

export function onReadIndex(state: State, from: NodeId, { life, attempt }: ReadIndex): void {
  if (state.role.kind === 'leader') state.role.readers.push({ kind: 'remote', node: from, life, attempt });
  else state.outbox.send(from, { kind: 'read-index-refused', life, attempt });
}

export function onReadIndexAnswer(state: State, from: NodeId, message: ReadIndexAnswer): void {
  const requests = message.life === state.life ? state.questions.get(message.attempt) : undefined;
  if (requests === undefined) return;
  state.questions.delete(message.attempt);
  state.answered.push({ index: message.index, requests });
  // The index is committed, and where this log is known to be the leader's it is committed here too.
  if (state.role.kind === 'follower' && state.leader === from) {
    commitTo(state, Math.min(message.index, state.role.verified));
  }
  releaseReads(state);
}

export function onReadIndexRefused(state: State, message: ReadIndexRefused): void {
  const requests = message.life === state.life ? state.questions.get(message.attempt) : undefined;
  if (requests === undefined) return;
  state.questions.delete(message.attempt);
  refuse(state, requests);
}
