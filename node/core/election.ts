/** Elections: time-outs, votes and their outcome (Raft §5.2, §5.4.1), with pre-votes before them (thesis §9.6). */
import { assert } from './assert.ts';
import { isVoter, members } from './configuration.ts';
import { commitTo } from './commit.ts';
import type { NodeId, Position } from './entry.ts';
import { keepsLease } from './lease.ts';
import type { Vote, VoteRequest } from './messages.ts';
import { Progress } from './progress.ts';
import { commitWhatQuorumHolds } from './replication.ts';
import { becomeFollower, dropReads, resetElectionTimer } from './roles.ts';
import type { Candidate, State } from './state.ts';

/** One tick without a leader's word, at anyone but the leader. */
export function tickElection(state: State): void {
  state.leaderSilence += 1;
  state.electionElapsed += 1;
  if (state.electionElapsed < state.electionTimeout) return;
  if (mayCampaign(state)) beginPreVote(state);
  // Whoever may not campaign knows at least that there is no leader to pass anything on to.
  else if (state.leader !== null) becomeFollower(state, state.term, null);
}

/** A voter campaigns, unless a snapshot is about to replace the log that it would campaign with. */
export function mayCampaign({ rules, configuration, id, incoming }: State): boolean {
  return rules.mayCampaign(configuration, id, incoming?.installing === true);
}

/** Asks whether an election could be won before it disturbs anyone: the term does not change yet. */
export function beginPreVote(state: State): void {
  dropReads(state);
  state.leader = null;
  state.role = { kind: 'pre-candidate', votes: new Map([[state.id, true]]) };
  resetElectionTimer(state);
  askForVotes(state, true, false);
  decide(state, state.role);
}

/** @param transfer the leader asked for it, and voters need not have missed it. */
export function beginElection(state: State, transfer: boolean): void {
  dropReads(state);
  state.leader = null;
  state.term += 1;
  state.votedFor = state.id;
  state.electionsStarted += 1;
  // A node's vote for itself counts when it is on disk, like everyone's.
  state.role = { kind: 'candidate', votes: new Map() };
  resetElectionTimer(state);
  askForVotes(state, false, transfer);
  countOwnVote(state);
}

function askForVotes(state: State, pre: boolean, transfer: boolean): void {
  const request: VoteRequest = {
    kind: 'vote-request',
    term: pre ? state.term + 1 : state.term,
    pre,
    last: state.log.last,
    committed: committedPosition(state),
    transfer,
  };
  for (const peer of members(state.configuration)) {
    if (peer === state.id || !isVoter(state.configuration, peer)) continue;
    if (pre) state.outbox.send(peer, request);
    else state.outbox.sendWhenDurable(peer, request);
  }
}

function committedPosition({ commit, log }: State): Position {
  return { index: commit, term: log.termAt(commit) ?? 0 };
}

/** What another node knows to be committed is committed here too, where the logs have it in common. */
export function learnCommitted(state: State, committed: Position): void {
  if (!state.rules.learnsFromVotes()) return;
  if (committed.index > state.commit && state.log.termAt(committed.index) === committed.term) {
    commitTo(state, committed.index);
    // A configuration that came into force so may need fewer voters for what follows it.
    if (state.role.kind === 'leader' && state.rules.commitsAgain()) commitWhatQuorumHolds(state, state.role);
  }
}

/** Whether this node leads, or has heard a leader so recently that no election can be called for (Raft §6, thesis §4.2.3). */
export function knowsLeader(state: State): boolean {
  if (!state.rules.defendsLeader()) return false;
  if (state.role.kind === 'leader') return true;
  if (keepsLease(state)) return true;
  return state.leader !== null && state.leaderSilence < state.timing.electionTicksMin;
}

export function onVoteRequest(state: State, from: NodeId, request: VoteRequest): void {
  const upToDate = state.rules.isUpToDate(request.last, state.log.last);
  if (request.pre) {
    const granted = upToDate && request.term > state.term && !knowsLeader(state);
    const term = granted ? request.term : state.term;
    const committed = committedPosition(state);
    state.outbox.send(from, { kind: 'vote', term, pre: true, granted, committed });
    return;
  }
  const granted =
    request.term === state.term &&
    upToDate &&
    state.leader === null &&
    (request.transfer || !keepsLease(state)) &&
    state.rules.mayVoteAs(isVoter(state.configuration, state.id) ? 'voter' : 'other') &&
    state.rules.mayVote(state.votedFor, from);
  if (granted) {
    state.votedFor = from;
    resetElectionTimer(state);
  }
  state.outbox.sendWhenDurable(from, {
    kind: 'vote',
    term: state.term,
    pre: false,
    granted,
    committed: committedPosition(state),
  });
}

export function onVote(state: State, from: NodeId, vote: Vote): void {
  const { role } = state;
  if (role.kind !== 'pre-candidate' && role.kind !== 'candidate') return;
  if (!state.rules.countsFor(role.kind, vote.pre)) return;
  if (vote.pre && vote.granted && role.kind === 'pre-candidate' && vote.term !== state.term + 1) return;
  role.votes.set(from, vote.granted);
  decide(state, role);
}

/** Counts this node's vote for itself, if the disk has it. */
export function countOwnVote(state: State): void {
  if (state.role.kind !== 'candidate') return;
  if (!state.rules.countsOwnVote(state.durability.term, state.term)) return;
  state.role.votes.set(state.id, true);
  decide(state, state.role);
}

function decide(state: State, candidate: Candidate): void {
  const result = state.rules.countVotes(state.configuration, (voter) => candidate.votes.get(voter));
  switch (result) {
    case 'won':
      if (candidate.kind === 'pre-candidate') beginElection(state, false);
      else becomeLeader(state);
      return;
    case 'lost':
      becomeFollower(state, state.term, null);
      return;
    case 'pending':
      return;
  }
}

function becomeLeader(state: State): void {
  assert(state.role.kind === 'candidate', 'only a candidate becomes leader');
  assert(state.durability.term === state.term, `the leader's own vote in term ${state.term} is on disk`);
  const next = state.log.lastIndex + 1;
  const peers = members(state.configuration).filter((peer) => peer !== state.id);
  state.role = {
    kind: 'leader',
    progress: new Map(peers.map((peer) => [peer, new Progress(next)])),
    round: 0,
    // Due at once: the others are to know.
    heartbeatElapsed: state.timing.heartbeatTicks,
    quorumElapsed: 0,
    readers: [],
    rounds: [],
    roundsBegun: [],
    yielded: false,
    // Nothing before this leader's first entry is known to be committed, so that one of them may be a configuration that is not.
    pendingConfiguration: state.rules.firstChangeAfter(next),
    change: null,
    transfer: null,
  };
  state.leader = state.id;
  // An entry of its own term is what lets a leader commit those of earlier ones (Raft §5.4.2, §8).
  state.log.append({ index: next, term: state.term, payload: { kind: 'blank' } });
}
