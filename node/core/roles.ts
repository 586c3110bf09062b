/** Changes of term and role that several rules lead to. */
import { assert } from './assert.ts';
import type { NodeId, Term } from './entry.ts';
import type { State } from './state.ts';

/** Draws a new time-out and begins to count again (Raft §5.2). */
export function resetElectionTimer(state: State): void {
  const { electionTicksMin, electionTicksMax } = state.timing;
  state.electionElapsed = 0;
  state.electionTimeout =
    electionTicksMin + Math.floor(state.random() * (electionTicksMax - electionTicksMin + 1));
}

/** Follows `leader`, or nobody yet, in `term`. */
export function becomeFollower(state: State, term: Term, leader: NodeId | null): void {
  assert(term >= state.term, `the term does not go back from ${state.term} to ${term}`);
  assert(
    term > state.term || state.leader === null || leader === null || state.leader === leader,
    `term ${term} has one leader, not both ${state.leader ?? ''} and ${leader ?? ''}`,
  );
  dropReads(state);
  if (state.role.kind === 'leader' && state.role.change !== null) {
    state.changes.push({ request: state.role.change.request, outcome: 'given-up' });
  }
  const sameTerm = term === state.term;
  if (!sameTerm) {
    state.term = term;
    state.votedFor = null;
  } else state.votedFor = state.rules.voteAfterStepDown(state.votedFor);
  // What was verified against this term's leader stays so while the term lasts; committed entries are in every later leader's log.
  const verified =
    sameTerm && state.role.kind === 'follower' ? Math.max(state.role.verified, state.commit) : state.commit;
  state.role = { kind: 'follower', verified, owesAck: false };
  state.leader = leader;
  resetElectionTimer(state);
}

/** Gives back reads that wait for a leader's word: the leader they were to come from is no more. They had no effect and can be asked again. */
export function dropReads(state: State): void {
  const dropped = [...state.questions.values()].flat();
  state.questions.clear();
  if (state.role.kind === 'leader') {
    for (const reader of [...state.role.readers, ...state.role.rounds.flatMap((round) => round.readers)]) {
      if (reader.kind === 'local') dropped.push(...reader.requests);
      else
        state.outbox.send(reader.node, {
          kind: 'read-index-refused',
          life: reader.life,
          attempt: reader.attempt,
        });
    }
  }
  for (const request of dropped) state.refused.push({ request, reason: 'not-leader' });
}
