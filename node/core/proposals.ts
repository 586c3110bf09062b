/** Commands on their way into the log: appended by the leader, passed on to it by everyone else. */
import type { RequestId } from './effects.ts';
import type { NodeId } from './entry.ts';
import type { Forward, ForwardRefused } from './messages.ts';
import type { State } from './state.ts';

export function propose(state: State, request: RequestId, command: Uint8Array): void {
  if (state.role.kind === 'leader') {
    if (state.storageFull) state.refused.push({ request, reason: 'out-of-space' });
    else append(state, command);
  } else if (state.leader === null) {
    state.refused.push({ request, reason: 'not-leader' });
  } else {
    state.outbox.send(state.leader, { kind: 'forward', life: state.life, attempt: request, command });
  }
}

/** A forwarded command is appended or refused, and never passed on again. */
export function onForward(state: State, from: NodeId, { life, attempt, command }: Forward): void {
  if (state.role.kind === 'leader' && !state.storageFull) {
    append(state, command);
    return;
  }
  const reason = state.role.kind === 'leader' ? 'out-of-space' : 'not-leader';
  state.outbox.send(from, { kind: 'forward-refused', life, attempt, reason });
}

export function onForwardRefused(state: State, { life, attempt, reason }: ForwardRefused): void {
  if (life === state.life) state.refused.push({ request: attempt, reason });
}

function append(state: State, command: Uint8Array): void {
  const index = state.log.lastIndex + 1;
  state.log.append({ index, term: state.term, payload: { kind: 'command', command } });
}
