/** Snapshots where they are taken and where they arrive (Raft §7). */
import { assert } from './assert.ts';
import { commitTo, releaseReads } from './commit.ts';
import type { NodeId, Snapshot } from './entry.ts';
import { heard } from './following.ts';
import type { SnapshotChunk } from './messages.ts';
import { compactionLimit } from './sending.ts';
import type { Incoming, State } from './state.ts';

/** This node's own snapshot is on disk. */
export function onSnapshotTaken(state: State, snapshot: Snapshot): void {
  if (snapshot.base.index <= (state.snapshot?.base.index ?? 0)) return;
  assert(snapshot.base.index <= state.applied, `a snapshot (${snapshot.base.index}) holds what is applied`);
  takeAsBase(state, snapshot);
  state.log.compact(compactionLimit(state, snapshot.base.index));
}

function takeAsBase(state: State, snapshot: Snapshot): void {
  state.snapshot = snapshot;
  state.unsavedBase = { position: snapshot.base, configuration: snapshot.configuration };
}

export function onSnapshotChunk(state: State, from: NodeId, chunk: SnapshotChunk): void {
  const follower = heard(state, from);
  const { base, configuration } = chunk;
  const { rules } = state;
  if (!rules.isFor(configuration, state.id)) return;
  if (!rules.isNews(base, state.commit, state.log.termAt(base.index))) {
    // Nothing in it is news, except perhaps that it is committed.
    follower.verified = Math.max(follower.verified, base.index);
    commitTo(state, base.index);
    follower.owesAck = true;
    return;
  }
  const incoming = incomingFor(state, from, chunk);
  if (!incoming.installing && rules.takesChunk(chunk.offset, incoming.stored)) {
    incoming.chunks.push(chunk.data);
    incoming.stored += chunk.data.length;
    if (incoming.stored >= incoming.total) install(state, incoming);
  }
  state.outbox.send(from, {
    kind: 'snapshot-ack',
    term: state.term,
    index: incoming.base.index,
    stored: incoming.stored,
  });
}

function incomingFor(state: State, leader: NodeId, { base, configuration, total }: SnapshotChunk): Incoming {
  const { incoming } = state;
  const same =
    incoming !== null &&
    incoming.base.index === base.index &&
    incoming.base.term === base.term &&
    incoming.total === total &&
    // Two nodes may encode the same state differently, so that parts of theirs do not fit together.
    (incoming.leader === leader || incoming.installing);
  if (same || incoming?.installing === true) return incoming;
  state.incoming = { leader, base, configuration, total, chunks: [], stored: 0, installing: false };
  return state.incoming;
}

function install(state: State, incoming: Incoming): void {
  const data = new Uint8Array(incoming.total);
  let at = 0;
  for (const chunk of incoming.chunks.splice(0)) {
    data.set(chunk, at);
    at += chunk.length;
  }
  assert(at === incoming.total, `a snapshot has the bytes it said (${incoming.total}), not ${at}`);
  incoming.installing = true;
  const { base, configuration } = incoming;
  state.install = { base, configuration, data };
}

/** The leader's snapshot is on disk, and now takes the place of the log; unless the log has caught up meanwhile. */
export function onSnapshotStored(state: State, snapshot: Snapshot): void {
  const { base } = snapshot;
  state.incoming = null;
  if (!state.rules.isNews(base, state.commit, undefined)) return;
  assert(
    base.index > state.commit,
    `a snapshot (${base.index}) takes nothing committed back (${state.commit})`,
  );
  const fits = state.log.termAt(base.index) === base.term;
  takeAsBase(state, snapshot);
  if (fits) state.log.compact(Math.min(base.index, state.log.handed));
  else {
    state.log.restore(base);
    state.durability.restored();
  }
  state.commit = base.index;
  state.entering.length = 0;
  state.applied = base.index;
  state.configuration = snapshot.configuration;
  // The snapshot may be younger than the configuration it holds.
  state.configurationIndex = snapshot.configuration.index;
  state.restore = snapshot;
  state.snapshotsInstalled += 1;
  if (state.role.kind === 'follower') {
    state.role.verified = Math.max(state.role.verified, base.index);
    state.role.owesAck = true;
  }
  releaseReads(state);
}
