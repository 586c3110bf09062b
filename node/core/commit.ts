/** The commit index: it only rises, and what it passes is in force. */
import { assert } from './assert.ts';
import type { Configuration } from './configuration.ts';
import { isVoter, members } from './configuration.ts';
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
    if (payload?.kind === 'configuration') {
      state.entering.push({ index: state.commit, configuration: payload.configuration });
    }
    if (state.rules.entersAtOnce()) enterConfigurations(state);
  }
  releaseReads(state);
}

/** Puts the configurations in force that were passed. */
export function enterConfigurations(state: State): void {
  for (const { index, configuration } of state.entering.splice(0)) enter(state, index, configuration);
}

/**
 * A configuration is committed, and from here on in force. What was valid when it was proposed may not be any more; whether it is, every
 * node decides alike from the configuration before it.
 */
function enter(state: State, index: LogIndex, next: Configuration): void {
  if (!state.rules.mayFollow(state.configuration, next) && members(state.configuration).length > 0) return;
  state.configuration = { ...next, index };
  assert(
    index > state.configurationIndex,
    `configurations come into force in the order of the log (${index})`,
  );
  state.configurationIndex = index;
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
    if (state.rules.saysFarewell()) sayFarewell(state, peer, progress);
  }
  for (const peer of wanted) {
    if (!leader.progress.has(peer)) leader.progress.set(peer, new Progress(state.log.lastIndex + 1));
  }
  if (leader.transfer === null || isVoter(state.configuration, leader.transfer.to)) return;
  if (state.rules.abortsTransfer()) leader.transfer = null;
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
    if (state.rules.maySee(answer.index, state.commit)) state.readable.push(...answer.requests);
    else waiting.push(answer);
  }
  state.answered = waiting;
}
