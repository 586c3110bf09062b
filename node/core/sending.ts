/** The leader's side of a snapshot's way to a follower (Raft §7): chunk by chunk, each after the last was answered, so that heartbeats are never far behind. */
import type { NodeId } from './entry.ts';
import type { SnapshotAck } from './messages.ts';
import type { Progress } from './progress.ts';
import type { Leader, State } from './state.ts';

/** Sends the next chunk, or begins. Returns false when there is nothing to send yet. */
export function sendSnapshot(state: State, leader: Leader, peer: NodeId, progress: Progress): boolean {
  if (progress.sending === null) {
    const { snapshot } = state;
    // A receiver that the snapshot's configuration does not have would not know that it is meant.
    if (snapshot === null || !state.rules.isFor(snapshot.configuration, peer)) {
      state.snapshotWanted = true;
      return false;
    }
    progress.beginSnapshot(snapshot);
  }
  const { sending } = progress;
  if (sending === null) return false;
  const { snapshot, stored } = sending;
  state.outbox.send(peer, {
    kind: 'snapshot-chunk',
    term: state.term,
    base: snapshot.base,
    configuration: snapshot.configuration,
    offset: stored,
    total: snapshot.data.length,
    data: snapshot.data.subarray(stored, stored + state.chunkBytes),
  });
  progress.awaiting = leader.round;
  return true;
}

export function onSnapshotAck(leader: Leader, from: NodeId, ack: SnapshotAck): void {
  const progress = leader.progress.get(from);
  if (progress === undefined) return;
  progress.active = true;
  const { sending } = progress;
  if (sending?.snapshot.base.index !== ack.index) return;
  const news = ack.stored !== sending.stored;
  sending.stored = Math.min(ack.stored, sending.snapshot.data.length);
  // Once the peer has all of it, the next word is its acknowledgement that it is installed.
  if (news && sending.stored < sending.snapshot.data.length) progress.awaiting = null;
}

/** Up to where the log may be compacted: a few entries are kept, and what a peer will need after the snapshot that it is receiving. */
export function compactionLimit(state: State, index: number): number {
  let limit = index - state.keptEntries;
  if (state.role.kind !== 'leader') return limit;
  for (const { sending, active } of state.role.progress.values()) {
    if (sending !== null && active) limit = Math.min(limit, sending.snapshot.base.index);
  }
  return limit;
}
