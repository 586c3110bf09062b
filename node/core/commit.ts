/** The commit index: it only rises, and what it passes is in force. */
import { assert } from './assert.ts';
import type { LogIndex } from './entry.ts';
import type { State } from './state.ts';

/** Commits up to `index`. A configuration that is passed is in force before any later message is made. */
export function commitTo(state: State, index: LogIndex): void {
  if (index <= state.commit) return;
  assert(
    index <= state.log.lastIndex,
    `what is committed (${index}) is in the log (which ends at ${state.log.lastIndex})`,
  );
  state.commit = index;
  releaseReads(state);
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
