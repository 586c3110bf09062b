import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeId } from '../links/links.ts';
import { NodeStartError } from './cluster.ts';
import type { Door, DoorAnswer } from './door.ts';

const pollIntervalMs = 25;
const pollTimeoutMs = 1000;

export interface ReadinessOptions {
  readonly node: NodeId;
  /** An entrance that no fault disturbs. */
  readonly door: Door;
  readonly readyTimeoutMs: number;
  /** Aborted, with the error to reject with, when the node has ended. */
  readonly signal: AbortSignal;
  /** What the node printed last, for the error. */
  readonly output: () => string;
}

/**
 * Resolves when `GET /status` answers 200 with a JSON object. Rejects with a `NodeStartError`: `not-ready` when it did not within the limit, `bad-status` at once when it answers
 * 200 with anything else; or with the signal's reason.
 */
export async function untilReady(options: ReadinessOptions): Promise<void> {
  const { node, door, readyTimeoutMs, signal, output } = options;
  const deadline = performance.now() + readyTimeoutMs;
  let seen = 'nothing';
  for (;;) {
    signal.throwIfAborted();
    const leftMs = Math.ceil(deadline - performance.now());
    if (leftMs <= 0) break;
    const timeoutMs = Math.min(pollTimeoutMs, leftMs);
    let answer: DoorAnswer | undefined;
    try {
      answer = await door.send({ method: 'GET', path: '/status', timeoutMs });
    } catch (error) {
      seen = error instanceof Error ? error.message : String(error);
    }
    signal.throwIfAborted();
    if (answer?.status === 200) {
      if (isJsonObject(answer.body)) return;
      throw new NodeStartError(
        node,
        'bad-status',
        `${node}: GET /status answered 200 with something that is not a JSON object: ${quote(answer.body)}. The contract's last section lists its fields.`,
        output(),
      );
    }
    if (answer !== undefined) seen = `an answer of ${answer.status}: ${quote(answer.body)}`;
    await sleep(Math.min(pollIntervalMs, leftMs), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  throw new NodeStartError(
    node,
    'not-ready',
    `${node} was not ready ${readyTimeoutMs} ms after its start: GET /status at RAFT_LISTEN_CLIENT has to answer 200. Last seen: ${seen}.`,
    output(),
  );
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function quote(body: string): string {
  return JSON.stringify(body.length > 200 ? `${body.slice(0, 200)}…` : body);
}
