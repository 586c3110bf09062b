/**
 * One node of Raft as a pure machine: `step` takes what happened, `takeEffects` gives what is to be done about it. There is no clock, no
 * randomness, no I/O and no promise inside, so that the same inputs give the same effects, on a network or in a simulator.
 */
import { assert } from './assert.ts';
import { commitTo, enterConfigurations } from './commit.ts';
import type { AppendEffect, Effects, Input } from './effects.ts';
import {
  beginElection,
  knowsLeader,
  learnCommitted,
  mayCampaign,
  onVote,
  onVoteRequest,
  countOwnVote,
  tickElection,
} from './election.ts';
import type { HardState, LogIndex, NodeId, Snapshot } from './entry.ts';
import { acknowledge, onAppend, onHeartbeat } from './following.ts';
import { advanceMembership, onChange, onTransfer, tickMembership } from './membership.ts';
import type { Message, Outgoing, TermMessage } from './messages.ts';
import { onForward, onForwardRefused, propose } from './proposals.ts';
import { askForReads, confirmRounds, onReadIndex, onReadIndexAnswer, onReadIndexRefused } from './reads.ts';
import {
  commitWhatQuorumHolds,
  onAppendAck,
  onAppendReject,
  onHeartbeatAck,
  onPeerRestarted,
  replicate,
  tickLeader,
} from './replication.ts';
import { becomeFollower, resetElectionTimer } from './roles.ts';
import { onSnapshotAck } from './sending.ts';
import { onSnapshotChunk, onSnapshotStored, onSnapshotTaken } from './snapshots.ts';
import type { RaftOptions, State } from './state.ts';
import { createState } from './state.ts';
import type { RaftStatus } from './status.ts';
import { statusOf } from './status.ts';

export class Raft {
  readonly #state: State;

  constructor(options: RaftOptions) {
    this.#state = createState(options);
    resetElectionTimer(this.#state);
    commitTo(this.#state, options.recovered.hardState.commit);
  }

  /** A consistent picture of the node; its term is the one on disk. */
  get status(): RaftStatus {
    return statusOf(this.#state);
  }

  /** Where the latest snapshot stands, which the log on disk may not name yet. */
  get latestSnapshotIndex(): LogIndex {
    return this.#state.snapshot?.base.index ?? 0;
  }

  /** Where a snapshot of what is applied now stands. Meant for right after effects were carried out. */
  get snapshotPoint(): Omit<Snapshot, 'data'> {
    const { applied, log, configuration, rules } = this.#state;
    const term = log.termAt(applied);
    assert(term !== undefined, `what is applied (${applied}) is in the log or its base`);
    return { base: { index: applied, term }, configuration: rules.snapshotConfiguration(configuration) };
  }

  /**
   * Takes in one thing that happened. Effects gather until they are taken.
   * @param nowMs when it happened, on a clock that never goes back; needed only where there are leases.
   */
  step(input: Input, nowMs = 0): void {
    const state = this.#state;
    state.nowMs = Math.max(state.nowMs, nowMs);
    switch (input.kind) {
      case 'tick':
        if (state.role.kind === 'leader') {
          tickMembership(state, state.role);
          tickLeader(state, state.role, input.missed);
        } else tickElection(state);
        enterConfigurations(state);
        return;
      case 'message':
        receive(state, input.from, input.message);
        return;
      case 'undelivered':
        onUndelivered(state, input.outgoing);
        return;
      case 'peer-restarted':
        if (state.role.kind === 'leader') onPeerRestarted(state, state.role, input.peer);
        return;
      case 'propose':
        propose(state, input.request, input.command);
        return;
      case 'read':
        state.newReads.push(input.request);
        return;
      case 'persisted':
        state.durability.persisted(input.sequence);
        countOwnVote(state);
        if (state.role.kind === 'leader') commitWhatQuorumHolds(state, state.role);
        return;
      case 'snapshot-taken':
        onSnapshotTaken(state, input.snapshot);
        return;
      case 'snapshot-stored':
        onSnapshotStored(state, input.snapshot);
        return;
      case 'snapshot-failed':
        state.incoming = null;
        return;
      case 'change':
        onChange(state, input);
        return;
      case 'transfer':
        onTransfer(state, input.to);
        return;
      case 'storage':
        state.storageFull = input.full;
        return;
    }
  }

  /** What is to be done about everything stepped since this was last called. */
  takeEffects(): Effects {
    const state = this.#state;
    if (state.role.kind === 'leader') advanceMembership(state, state.role);
    askForReads(state);
    if (state.role.kind === 'leader') replicate(state, state.role);
    if (state.role.kind === 'follower') acknowledge(state, state.role);
    const { append, send } = takeWrites(state);
    const apply = state.log.slice(state.applied + 1, state.commit, Infinity);
    state.applied = state.commit;
    const { readable: reads, refused, changes, install, restore, snapshotWanted } = state;
    state.readable = [];
    state.refused = [];
    state.changes = [];
    state.install = null;
    state.restore = null;
    state.snapshotWanted = false;
    return { send, append, install, restore, snapshotWanted, apply, reads, refused, changes };
  }
}

/** Messages that promise something about the disk leave with the write, the others at once, unless their very term is not on disk yet. */
function takeWrites(state: State): { append: AppendEffect | null; send: readonly Outgoing[] } {
  const { term, votedFor, saved, durability, log } = state;
  const base = state.unsavedBase;
  const mustSave = term !== saved.term || votedFor !== saved.votedFor || log.hasUnsaved() || base !== null;
  let { send, then } = state.outbox.take();
  if (mustSave || !durability.idle) {
    if (term !== durability.term) {
      const waits = ({ message }: Outgoing): boolean => state.rules.waitsForDisk(message.kind);
      [send, then] = [send.filter((message) => !waits(message)), [...send.filter(waits), ...then]];
    }
  } else {
    [send, then] = [[...send, ...then], []];
  }
  if (!mustSave && then.length === 0) return { append: null, send };
  state.unsavedBase = null;
  const { truncateFrom, entries } = log.takeUnsaved();
  const hardState: HardState = { term, votedFor, commit: state.rules.savedCommit(state.commit) };
  if (mustSave) state.saved = hardState;
  const sequence = durability.begin(term, log.lastIndex, base?.position.index);
  return {
    append: { sequence, base, truncateFrom, entries, hardState: mustSave ? hardState : null, then },
    send,
  };
}

function receive(state: State, from: NodeId, message: Message): void {
  // Whoever was removed may not know it, and calls elections that nobody needs.
  const removed = message.kind === 'vote-request' && state.configuration.removed.includes(from);
  if (removed && state.rules.ignoresRemoved(message.committed.index, state.configurationIndex)) return;
  switch (message.kind) {
    case 'forward': {
      onForward(state, from, message);
      return;
    }
    case 'forward-refused': {
      onForwardRefused(state, message);
      return;
    }
    case 'read-index': {
      onReadIndex(state, from, message);
      return;
    }
    case 'read-index-answer': {
      onReadIndexAnswer(state, from, message);
      return;
    }
    case 'read-index-refused': {
      onReadIndexRefused(state, message);
      return;
    }
    case 'vote-request':
    case 'vote':
      learnCommitted(state, message.committed);
      if (meetTerm(state, from, message)) receiveInTerm(state, from, message);
      return;
    default:
      if (meetTerm(state, from, message)) receiveInTerm(state, from, message);
  }
}

/** Compares terms (Raft §5.1); returns whether the message is still to be looked at. */
function meetTerm(state: State, from: NodeId, message: TermMessage): boolean {
  if (message.term < state.term && !state.rules.heedsEarlierTerm(message.kind)) {
    if (message.kind === 'vote-request') onVoteRequest(state, from, message);
    else if (message.kind === 'append' || message.kind === 'heartbeat' || message.kind === 'snapshot-chunk') {
      state.outbox.send(from, { kind: 'stale', term: state.term });
    }
    return false;
  }
  if (message.term <= state.term) return true;
  switch (message.kind) {
    case 'vote-request':
      if (message.pre) return true;
      // One who calls an election while the leader is heard was cut off, or removed; it disturbs nobody (Raft §6).
      if (knowsLeader(state) && !message.transfer) return false;
      becomeFollower(state, message.term, null);
      return true;
    case 'vote':
      if (message.pre && message.granted) return true;
      becomeFollower(state, message.term, null);
      return false;
    case 'append':
    case 'heartbeat':
    case 'snapshot-chunk':
      becomeFollower(state, message.term, from);
      return true;
    case 'append-ack':
    case 'append-reject':
    case 'heartbeat-ack':
    case 'snapshot-ack':
    case 'timeout-now':
    case 'stale':
      becomeFollower(state, message.term, null);
      return false;
  }
}

function receiveInTerm(state: State, from: NodeId, message: TermMessage): void {
  const leader = state.role.kind === 'leader' ? state.role : null;
  switch (message.kind) {
    case 'vote-request': {
      onVoteRequest(state, from, message);
      return;
    }
    case 'vote': {
      onVote(state, from, message);
      return;
    }
    case 'append': {
      onAppend(state, from, message);
      return;
    }
    case 'heartbeat': {
      onHeartbeat(state, from, message);
      return;
    }
    case 'append-ack':
      if (leader !== null) onAppendAck(state, leader, from, message);
      return;
    case 'append-reject':
      if (leader !== null) onAppendReject(state, leader, from, message);
      return;
    case 'heartbeat-ack':
      if (leader === null) return;
      onHeartbeatAck(state, leader, from, message);
      confirmRounds(state, leader);
      return;
    case 'snapshot-chunk':
      onSnapshotChunk(state, from, message);
      return;
    case 'snapshot-ack':
      if (leader !== null) onSnapshotAck(leader, from, message);
      return;
    case 'timeout-now':
      if (leader === null && mayCampaign(state)) beginElection(state, true);
      return;
    case 'stale':
      return;
  }
}

/** Only what clients wait for is given back; the protocol sends the rest again by itself. */
function onUndelivered(state: State, { message }: Outgoing): void {
  if (message.kind === 'forward') state.refused.push({ request: message.attempt, reason: 'not-leader' });
  else if (message.kind === 'read-index') {
    onReadIndexRefused(state, { kind: 'read-index-refused', life: message.life, attempt: message.attempt });
  }
}
