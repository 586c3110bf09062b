/**
 * Leases (thesis §6.4.1): while every possible majority has promised not to vote for anyone else, the leader answers reads without asking. The promise begins when
 * a heartbeat leaves, and voters keep it for the shortest election time-out after the heartbeat comes; so it rests on clocks. The assumption: during one lease, no
 * node's clock gains on another's more than the difference between the lease and that time-out. Where it does not hold, a read may be stale; nothing else breaks.
 */
import { quorumValue } from './quorum.ts';
import type { Leader, State } from './state.ts';

/** Rounds whose beginning is remembered; a lease is shorter than so many heartbeats. */
const maxRounds = 64;

/** A round of heartbeats leaves; what it promises counts from the time that was last known, which can only be too early. */
export function noteRound(state: State, leader: Leader): void {
  if (state.leaseMs === 0) return;
  leader.roundsBegun.push({ round: leader.round, atMs: state.nowMs });
  if (leader.roundsBegun.length > maxRounds) leader.roundsBegun.shift();
}

/** Whether the leader may answer reads now. */
export function holdsLease(state: State, leader: Leader): boolean {
  // Whoever was asked to take over need not wait for any promise to end, however late it hears.
  if (state.leaseMs === 0 || leader.yielded) return false;
  const confirmed = quorumValue(state.configuration, (voter) =>
    voter === state.id ? leader.round : (leader.progress.get(voter)?.ackedRound ?? 0),
  );
  const begun = leader.roundsBegun.findLast(({ round }) => round <= confirmed);
  return begun !== undefined && state.nowMs - begun.atMs < state.leaseMs;
}

/** Whether this node may have promised a leader not to vote: it heard one lately, or does not know what it did before it was started. */
export function keepsLease({ leaseMs, leaderSilence, timing }: State): boolean {
  return leaseMs > 0 && leaderSilence < timing.electionTicksMin;
}
