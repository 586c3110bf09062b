/** The leader's side of replication (Raft §5.3, §5.4.2): sending entries, hearing of them, committing. */
import { assert } from './assert.ts';
import { commitTo } from './commit.ts';
import type { NodeId } from './entry.ts';
import { entryBytes } from './entry.ts';
import { noteRound } from './lease.ts';
import type { AppendAck, AppendReject, HeartbeatAck } from './messages.ts';
import type { Progress } from './progress.ts';
import { countVotes } from './quorum.ts';
import { becomeFollower } from './roles.ts';
import { sendSnapshot } from './sending.ts';
import type { Leader, State } from './state.ts';

/** Entries in one append, by their bytes. */
const maxAppendBytes = 2 ** 18;

/** One tick at the leader. `missed` ticks make heartbeats due, but prove nobody's silence. */
export function tickLeader(state: State, leader: Leader, missed: number): void {
  leader.heartbeatElapsed += 1 + missed;
  leader.quorumElapsed += 1;
  if (leader.quorumElapsed >= state.timing.electionTicksMax) {
    leader.quorumElapsed = 0;
    if (!state.rules.mayLeadOn(heardFromQuorum(state, leader))) {
      becomeFollower(state, state.term, null);
      return;
    }
  }
  if (leader.heartbeatElapsed >= state.timing.heartbeatTicks) broadcastHeartbeat(state, leader);
}

/** Whether a quorum answered since this was last asked: a leader that cannot reach one makes room (thesis §6.2). */
function heardFromQuorum(state: State, leader: Leader): boolean {
  const result = countVotes(
    state.configuration,
    (voter) => voter === state.id || (leader.progress.get(voter)?.active ?? false),
  );
  for (const progress of leader.progress.values()) progress.counted();
  return result === 'won';
}

/** Begins a new round. */
export function broadcastHeartbeat(state: State, leader: Leader): void {
  leader.heartbeatElapsed = 0;
  leader.round += 1;
  noteRound(state, leader);
  for (const [peer, progress] of leader.progress) {
    state.outbox.send(peer, {
      kind: 'heartbeat',
      term: state.term,
      round: leader.round,
      // A follower may commit only what it is known to have.
      commit: Math.min(state.commit, progress.match),
      sent: progress.state === 'replicate' ? progress.next - 1 : progress.match,
    });
  }
}

/** Sends each peer what its window has room for, and the commit index where that is all there is to say. */
export function replicate(state: State, leader: Leader): void {
  for (const [peer, progress] of leader.progress) {
    while (progress.open && hasMore(state, progress)) {
      const compacted = state.log.termAt(progress.next - 1) === undefined;
      if (progress.state !== 'snapshot' && !compacted) sendAppend(state, leader, peer, progress);
      else if (!sendSnapshot(state, leader, peer, progress)) break;
    }
  }
}

function hasMore(state: State, progress: Progress): boolean {
  if (progress.state !== 'replicate') return true;
  return progress.next <= state.log.lastIndex || progress.sentCommit < state.commit;
}

function sendAppend(state: State, leader: Leader, peer: NodeId, progress: Progress): void {
  const previousIndex = progress.next - 1;
  const previousTerm = state.log.termAt(previousIndex);
  assert(
    previousTerm !== undefined,
    `the entry before the next one of ${peer} (${previousIndex}) is in the log`,
  );
  const entries = state.log.slice(progress.next, state.log.lastIndex, maxAppendBytes);
  state.outbox.send(peer, {
    kind: 'append',
    term: state.term,
    previous: { index: previousIndex, term: previousTerm },
    entries,
    commit: state.commit,
  });
  progress.sentCommit = state.commit;
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  progress.sent(previousIndex + entries.length, bytes, leader.round);
}

export function onAppendAck(state: State, leader: Leader, from: NodeId, ack: AppendAck): void {
  const progress = leader.progress.get(from);
  if (progress === undefined) return;
  progress.active = true;
  peerHolds(state, leader, progress, ack.matched);
}

function peerHolds(state: State, leader: Leader, progress: Progress, matched: number): void {
  assert(
    matched <= state.log.lastIndex,
    `a peer holds no more of the leader's log than there is (${matched})`,
  );
  const news = progress.matched(matched);
  // The logs agree at `matched`, so the pipeline may start from there.
  if (progress.state !== 'replicate' && matched >= progress.match && matched >= state.log.base.index) {
    progress.replicate();
  }
  // It has the snapshot that it is sent, and the log has been compacted past it meanwhile: a later one is to follow.
  else if (progress.sending !== null && matched >= progress.sending.snapshot.base.index) {
    progress.probe(matched + 1);
  }
  if (news) commitWhatQuorumHolds(state, leader);
}

export function onAppendReject(state: State, leader: Leader, from: NodeId, reject: AppendReject): void {
  const progress = leader.progress.get(from);
  if (progress === undefined) return;
  progress.active = true;
  if (progress.state === 'snapshot' || reject.rejected <= progress.match) return;
  if (progress.state === 'probe' && reject.rejected !== progress.next - 1) return;
  const agreesAtMost = state.log.agreesAtMost(reject.hint);
  progress.probe(Math.min(reject.rejected, agreesAtMost + 1));
}

export function onHeartbeatAck(state: State, leader: Leader, from: NodeId, ack: HeartbeatAck): void {
  const progress = leader.progress.get(from);
  if (progress === undefined) return;
  progress.active = true;
  progress.ackedRound = Math.max(progress.ackedRound, ack.round);
  const probed = progress.state === 'probe' && ack.matched >= progress.next - 1;
  if (probed || ack.matched > progress.match) peerHolds(state, leader, progress, ack.matched);
  if (progress.state === 'replicate') {
    if (ack.missing) progress.probe(progress.match + 1);
  } else if (progress.awaiting !== null && ack.round > progress.awaiting) {
    // The round began after what is awaited was sent, so that its answer came before, or will not come.
    progress.awaiting = null;
  }
}

/** A peer began a new life: nothing is on its way to it any more. */
export function onPeerRestarted(state: State, leader: Leader, peer: NodeId): void {
  leader.progress.get(peer)?.restarted(state.log.lastIndex + 1);
}

/** Commits what a quorum holds on disk, the leader included only as far as its own disk has it. */
export function commitWhatQuorumHolds(state: State, leader: Leader): void {
  const own = state.rules.ownMatch(state.durability.index, state.log.lastIndex);
  const matchOf = (voter: NodeId): number =>
    voter === state.id ? own : (leader.progress.get(voter)?.match ?? 0);
  // A configuration that is committed on the way may need fewer voters for what follows it.
  for (;;) {
    const index = state.rules.replicatedIndex(state.configuration, matchOf);
    if (index <= state.commit || !state.rules.mayCommit(state.log.termAt(index), state.term)) return;
    commitTo(state, index);
    if (!state.rules.commitsAgain()) return;
  }
}

/** Whether a leader knows what is committed: it has committed an entry of its own term (Raft §8). */
export function knowsCommit(state: State): boolean {
  return !state.rules.readsNeedOwnTerm() || state.log.termAt(state.commit) === state.term;
}
