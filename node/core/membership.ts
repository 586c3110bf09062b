/**
 * Changes of the configuration at the leader (Raft §6, thesis §4): one at a time, each in force when it is committed. New voters first catch up as
 * learners; one voter more or less is a single step, more than that goes through a joint configuration.
 */
import type { Configuration, Membership } from './configuration.ts';
import { isJoint, isSettledAs, isVoter, left } from './configuration.ts';
import type { ChangeOutcome, RequestId } from './effects.ts';
import type { LogIndex, NodeId } from './entry.ts';
import type { Progress } from './progress.ts';
import { countVotes } from './quorum.ts';
import { replicate } from './replication.ts';
import { becomeFollower } from './roles.ts';
import type { Leader, State } from './state.ts';

/** A learner this close to the end of the log has caught up: what is on its way under load is not what it lacks. */
const caughtUpWithin = 256;

export function onChange(
  state: State,
  { request, target, onTopOf }: { request: RequestId; target: Membership; onTopOf: LogIndex },
): void {
  const answer = (outcome: ChangeOutcome): void => void state.changes.push({ request, outcome });
  const { role, configuration } = state;
  if (role.kind !== 'leader') {
    answer('not-leader');
    return;
  }
  const { rules } = state;
  const busy = role.change !== null || role.transfer !== null || isJoint(configuration);
  if (!rules.mayChange(busy, role.pendingConfiguration, state.commit)) {
    answer('in-progress');
    return;
  }
  if (onTopOf !== state.configurationIndex) {
    answer('stale');
    return;
  }
  if (isSettledAs(configuration, target)) {
    answer('done');
    return;
  }
  const { voters, learners } = configuration;
  const newcomers = target.voters.filter((node) => !voters.includes(node) && !learners.includes(node));
  role.change = {
    request,
    target,
    before: { voters, learners },
    stage: 'catching-up',
    ticksLeft: state.timing.catchUpTicks,
  };
  if (newcomers.length > 0) {
    propose(state, role, rules.towards(configuration, { voters, learners: [...learners, ...newcomers] }));
  }
}

function propose(state: State, leader: Leader, configuration: Configuration): void {
  const index = state.log.lastIndex + 1;
  state.log.append({ index, term: state.term, payload: { kind: 'configuration', configuration } });
  leader.pendingConfiguration = index;
}

/** One tick of a change or a transfer under way. */
export function tickMembership(state: State, leader: Leader): void {
  const { change, transfer } = leader;
  if (change?.stage === 'catching-up') change.ticksLeft -= 1;
  if (transfer !== null) {
    transfer.ticksLeft -= 1;
    // The target did not take over; this node leads on.
    if (transfer.ticksLeft <= 0) leader.transfer = null;
  }
}

/** Takes the next step of what is under way, if it can be taken now; called at the end of every turn. */
export function advanceMembership(state: State, leader: Leader): void {
  if (leader.pendingConfiguration <= state.commit) {
    const { configuration } = state;
    if (!isJoint(configuration)) advanceChange(state, leader);
    else if (state.rules.leavesJoint(leader.change !== null)) propose(state, leader, left(configuration));
  }
  if (leader.transfer !== null) advanceTransfer(state, leader);
  const removed = !isJoint(state.configuration) && !isVoter(state.configuration, state.id);
  if (removed && state.rules.retires()) retire(state, leader);
}

function advanceChange(state: State, leader: Leader): void {
  const { change } = leader;
  if (change === null) return;
  const { towards } = state.rules;
  switch (change.stage) {
    case 'catching-up':
      if (isReady(state, leader, change.target)) {
        change.stage = 'changing';
        propose(state, leader, towards(state.configuration, change.target));
      } else if (change.ticksLeft <= 0) {
        change.stage = 'going-back';
        if (isSettledAs(state.configuration, change.before)) finish(state, leader, 'not-caught-up');
        else propose(state, leader, towards(state.configuration, change.before));
      }
      return;
    case 'changing':
      finish(state, leader, isSettledAs(state.configuration, change.target) ? 'done' : 'given-up');
      return;
    case 'going-back':
      finish(state, leader, 'not-caught-up');
      return;
  }
}

function finish(state: State, leader: Leader, outcome: ChangeOutcome): void {
  if (leader.change === null) return;
  state.changes.push({ request: leader.change.request, outcome });
  leader.change = null;
}

/** Whether every new voter has caught up, and the new voters alone could go on: a majority of them is there. */
function isReady(state: State, leader: Leader, target: Membership): boolean {
  const added = target.voters.filter((node) => !isVoter(state.configuration, node));
  const close = added.every((node) => {
    const progress = leader.progress.get(node);
    return progress?.state === 'replicate' && progress.match + caughtUpWithin >= state.log.lastIndex;
  });
  const next = state.rules.towards(state.configuration, target);
  const there = (node: NodeId): boolean => node === state.id || (leader.progress.get(node)?.isThere ?? false);
  return state.rules.mayPromote(close, countVotes(next, there) === 'won');
}

/** A leader that is no voter any more has done its duty: it hands over and leaves (Raft §6). */
function retire(state: State, leader: Leader): void {
  const heir = heirOf(state, leader);
  // The others are to know what was committed, before nobody leads for a moment.
  replicate(state, leader);
  if (heir !== undefined) state.outbox.send(heir, { kind: 'timeout-now', term: state.term });
  becomeFollower(state, state.term, null);
}

/** The voter that is there and has most of the log. */
function heirOf({ configuration }: State, leader: Leader): NodeId | undefined {
  const voters = [...leader.progress].filter(([peer]) => isVoter(configuration, peer));
  const fitness = ({ isThere, match }: Progress): number => (isThere ? match : -1);
  return voters.sort(([, a], [, b]) => fitness(b) - fitness(a))[0]?.[0];
}

/** Lets `to` lead, if it can, or, with null, whoever is furthest (thesis §3.10). Whether it came to that shows in who leads. */
export function onTransfer(state: State, wanted: NodeId | null): void {
  const { role } = state;
  if (role.kind !== 'leader') return;
  const to = wanted ?? heirOf(state, role);
  if (to === undefined || to === state.id || !isVoter(state.configuration, to)) return;
  role.transfer = { to, asked: false, ticksLeft: state.timing.electionTicksMax };
}

function advanceTransfer(state: State, leader: Leader): void {
  const { transfer } = leader;
  if (transfer === null || transfer.asked) return;
  const match = leader.progress.get(transfer.to)?.match ?? 0;
  if (!state.rules.mayTransfer(match, state.log.lastIndex)) return;
  transfer.asked = true;
  leader.yielded = true;
  state.outbox.send(transfer.to, { kind: 'timeout-now', term: state.term });
}
