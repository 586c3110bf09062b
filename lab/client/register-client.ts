/** One operation on a register, from its first attempt to what can be believed of it in the end. */
import type { RegisterRequest } from '@raft-lab/workloads';
import { DoorError, type Door, type DoorRequest } from '../cluster/door.ts';
import type { Attempt } from '../history/history.ts';
import type { NodeId } from '../links/links.ts';
import { outcomeOfAnswer, outcomeOfError, type Outcome } from './outcome.ts';

/** Where an operation goes and how hard it tries. */
export interface Approach {
  readonly first: NodeId;
  /** The node for the next attempt, after one that failed or was lost. */
  next(previous: NodeId, leader: string | null | undefined): NodeId | undefined;
  /** Sent with every attempt of a write, so that they take effect at most once; undefined where nodes do not know it, and then there is one attempt. */
  readonly idempotencyKey: string | undefined;
}

export interface Performed {
  readonly outcome: Outcome;
  /** The node whose answer counts, or the last one asked. */
  readonly node: NodeId;
  readonly attempts: readonly Attempt[];
}

export interface RegisterClient {
  perform(request: RegisterRequest, approach: Approach): Promise<Performed>;
}

/** Attempts of one operation, and only of writes that carry an idempotency key. */
const attemptsMax = 3;

interface RegisterClientOptions {
  readonly door: (node: NodeId) => Door;
  /** The limit of one attempt. */
  readonly timeoutMs: number;
  /** Nanoseconds since the run began, for the attempts' times. */
  readonly timeNs: () => number;
}

export function registerClient({ door, timeoutMs, timeNs }: RegisterClientOptions): RegisterClient {
  const attemptOnce = async (
    request: RegisterRequest,
    node: NodeId,
    key: string | undefined,
  ): Promise<Outcome> => {
    try {
      return outcomeOfAnswer(request, await door(node).send(doorRequest(request, key, timeoutMs)));
    } catch (error) {
      if (error instanceof DoorError) return outcomeOfError(error);
      throw error;
    }
  };

  return {
    async perform(request, approach) {
      const key = request.f === 'read' ? undefined : approach.idempotencyKey;
      const attempts: Attempt[] = [];
      let lost: Outcome | undefined;
      let node = approach.first;
      for (;;) {
        const time = timeNs();
        const outcome = await attemptOnce(request, node, key);
        attempts.push({ node, time, result: outcome.type === 'ok' ? 'ok' : outcome.error });
        if (outcome.type === 'ok') return { outcome, node, attempts };
        // Refused now, but an earlier attempt may still take effect: the operation as a whole stays unknown.
        if (outcome.type === 'info') lost = outcome;
        const next =
          key === undefined || attempts.length >= attemptsMax
            ? undefined
            : approach.next(node, outcome.type === 'fail' ? outcome.leader : undefined);
        if (next === undefined) return { outcome: lost ?? outcome, node, attempts };
        node = next;
      }
    },
  };
}

function doorRequest(
  request: RegisterRequest,
  idempotencyKey: string | undefined,
  timeoutMs: number,
): DoorRequest {
  const path = `/registers/${encodeURIComponent(request.key)}`;
  const headers = {
    'content-type': 'application/json',
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
  };
  switch (request.f) {
    case 'read':
      return { method: 'GET', path, timeoutMs };
    case 'write':
      return { method: 'PUT', path, headers, body: JSON.stringify({ value: request.value }), timeoutMs };
    case 'cas':
      return {
        method: 'POST',
        path: `${path}/cas`,
        headers,
        body: JSON.stringify({ from: request.from, to: request.to }),
        timeoutMs,
      };
  }
}
