/** The follower's side of replication (Raft §5.3). */
import { assert } from './assert.ts';
import { commitTo } from './commit.ts';
import type { LogIndex, NodeId } from './entry.ts';
import type { Append, Heartbeat } from './messages.ts';
import { becomeFollower, resetElectionTimer } from './roles.ts';
import type { Follower, State } from './state.ts';

/** The leader of this term was heard. Returns this node's role, which is a follower's from here on. */
export function heard(state: State, leader: NodeId): Follower {
  assert(
    state.role.kind !== 'leader',
    `term ${state.term} has one leader, not both ${state.id} and ${leader}`,
  );
  if (state.role.kind !== 'follower' || state.leader !== leader) becomeFollower(state, state.term, leader);
  else resetElectionTimer(state);
  state.leaderSilence = 0;
  assert(state.role.kind === 'follower', 'whoever hears a leader follows it');
  return state.role;
}

export function onAppend(state: State, from: NodeId, append: Append): void {
  const follower = heard(state, from);
  const { previous, entries } = append;
  // What is committed here is in the leader's log too, so that only what comes after it can disagree.
  const agrees =
    previous.index < state.commit || state.rules.agrees(state.log.termAt(previous.index), previous.term);
  if (!agrees) {
    const hintIndex = state.log.agreesAtMost(previous);
    state.outbox.send(from, {
      kind: 'append-reject',
      term: state.term,
      rejected: previous.index,
      hint: { index: hintIndex, term: state.log.termAt(hintIndex) ?? 0 },
    });
    return;
  }
  for (const entry of entries) {
    if (entry.index <= state.log.base.index) continue;
    const held = state.log.termAt(entry.index);
    if (held !== undefined && !state.rules.conflicts(held, entry.term)) continue;
    if (held !== undefined) {
      assert(
        entry.index > state.commit,
        `nothing committed is cut from the log (index ${entry.index}, committed up to ${state.commit})`,
      );
      state.log.truncate(entry.index);
      state.durability.truncated(entry.index);
    }
    state.log.append(entry);
  }
  // An append that only moves the commit index over known ground needs no answer.
  if (entries.length > 0 || previous.index > follower.verified) follower.owesAck = true;
  follower.verified = Math.max(follower.verified, state.commit, previous.index + entries.length);
  // Beyond the last new entry the log may still be that of another leader.
  commitFrom(state, follower, append.commit);
}

export function onHeartbeat(state: State, from: NodeId, heartbeat: Heartbeat): void {
  const follower = heard(state, from);
  commitFrom(state, follower, heartbeat.commit);
  state.outbox.send(from, {
    kind: 'heartbeat-ack',
    term: state.term,
    round: heartbeat.round,
    matched: Math.min(follower.verified, state.durability.index),
    missing: heartbeat.sent > follower.verified,
  });
}

function commitFrom(state: State, follower: Follower, leaderCommit: LogIndex): void {
  commitTo(state, state.rules.followerCommit(leaderCommit, follower.verified, state.log.lastIndex));
}

/** One acknowledgement for all appends of a turn; it waits for the disk. */
export function acknowledge(state: State, follower: Follower): void {
  if (!follower.owesAck || state.leader === null) return;
  follower.owesAck = false;
  state.outbox.sendWhenDurable(state.leader, {
    kind: 'append-ack',
    term: state.term,
    matched: follower.verified,
  });
}
