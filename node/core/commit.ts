/** The commit index: it only rises, and what it passes is in force. */
import { assert } from './assert.ts';
import type { Configuration } from './configuration.ts';
import { isVoter, mayFollow, members } from './configuration.ts';
import type { LogIndex, NodeId } from './entry.ts';
import { Progress } from './progress.ts';
import { becomeFollower } from './roles.ts';
import type { Leader, State } from './state.ts';

/** Commits up to `index`. A configuration that is passed is in force before any later message is made. */
export function commitTo(state: State, index: LogIndex): void {
  if (index <= state.commit) return;
  assert(
    index <= state.log.lastIndex,
    `what is committed (${index}) is in the log (which ends at ${state.log.lastIndex})`,
  );
  while (state.commit < index) {
    state.commit += 1;
    const payload = state.log.payloadAt(state.commit);
    if (payload?.kind === 'configuration') enterConfiguration(state, payload.configuration);
  }
  releaseReads(state);
}

/**
 * A configuration is committed, and from here on in force. What was valid when it was proposed may not be any more; whether it is, every
 * node decides alike from the configuration before it.
 */
function enterConfiguration(state: State, next: Configuration): void {
  if (!mayFollow(state.configuration, next) && members(state.configuration).length > 0) return;
  state.configuration = next;
  state.configurationIndex = state.commit;
  if (state.role.kind === 'leader') meetMembers(state, state.role);
  else if (state.role.kind !== 'follower' && !isVoter(next, state.id))
    becomeFollower(state, state.term, null);
}

/** New peers are heard of at once; those who are gone are told the commit index once more, so that they know why. */
function meetMembers(state: State, leader: Leader): void {
  const wanted = members(state.configuration).filter((peer) => peer !== state.id);
  for (const [peer, progress] of leader.progress) {
    if (wanted.includes(peer)) continue;
    leader.progress.delete(peer);
    sayFarewell(state, peer, progress);
  }
  for (const peer of wanted) {
    if (!leader.progress.has(peer)) leader.progress.set(peer, new Progress(state.log.lastIndex + 1));
  }
  if (leader.transfer !== null && !isVoter(state.configuration, leader.transfer.to)) leader.transfer = null;
}

/** Entries that the last word to a removed peer may carry. */
const farewellBytes = 2 ** 18;

function sayFarewell(state: State, peer: NodeId, progress: Progress): void {
  const index = progress.next - 1;
  const term = state.log.termAt(index);
  if (term === undefined || index > state.log.lastIndex) return;
  state.outbox.send(peer, {
    kind: 'append',
    term: state.term,
    previous: { index, term },
    entries: state.log.slice(progress.next, state.log.lastIndex, farewellBytes),
    commit: state.commit,
  });
}

/** Reads whose index is now committed, and so is applied before they are answered. */
export function releaseReads(state: State): void {
  if (state.answered.length === 0) return;
  const waiting = [];
  for (const answer of state.answered) {
    if (answer.index <= state.commit) state.readable.push(...answer.requests);
    else waiting.push(answer);
  }
  state.answered = waiting;
}
