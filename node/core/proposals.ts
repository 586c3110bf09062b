/** Commands on their way into the log: appended by the leader, passed on to it by everyone else. */
import type { RequestId } from './effects.ts';
import type { NodeId } from './entry.ts';
import type { Forward, ForwardRefused, RefusalReason } from './messages.ts';
import type { State } from './state.ts';

export function propose(state: State, request: RequestId, command: Uint8Array): void {
  if (state.role.kind === 'leader') {
    const reason = refusal(state);
    if (reason === null) append(state, command);
    else state.refused.push({ request, reason });
  } else if (state.leader === null) {
    state.refused.push({ request, reason: 'not-leader' });
  } else {
    state.outbox.send(state.leader, { kind: 'forward', life: state.life, attempt: request, command });
  }
}

/** A forwarded command is appended or refused, and never passed on again. */
export function onForward(state: State, from: NodeId, { life, attempt, command }: Forward): void {
  const reason = refusal(state);
  if (reason === null) append(state, command);
  else state.outbox.send(from, { kind: 'forward-refused', life, attempt, reason });
}

export function onForwardRefused(state: State, { life, attempt, reason }: ForwardRefused): void {
  if (life === state.life) state.refused.push({ request: attempt, reason });
}

/** Why a command cannot be appended here and now. While leadership is handed over, the log stands still. */
function refusal(state: State): RefusalReason | null {
  if (state.role.kind !== 'leader' || state.role.transfer !== null) return 'not-leader';
  return state.storageFull ? 'out-of-space' : null;
}

function append(state: State, command: Uint8Array): void {
  const index = state.log.lastIndex + 1;
  state.log.append({ index, term: state.term, payload: { kind: 'command', command } });
}
