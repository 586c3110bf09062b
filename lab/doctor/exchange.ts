/** One request to a node and what came of it. */
import {
  DoorError,
  type Door,
  type DoorAnswer,
  type DoorErrorCode,
  type DoorRequest,
} from '../cluster/door.ts';
import type { NodeId } from '../links/links.ts';

export interface Exchange {
  readonly node: NodeId;
  readonly request: DoorRequest;
  readonly outcome:
    | { readonly kind: 'answer'; readonly answer: DoorAnswer }
    | { readonly kind: 'none'; readonly code: DoorErrorCode; readonly message: string };
}

/** Sends a request once. Whatever the node does becomes part of the exchange; only the lab's own failures are thrown. */
export async function exchange(node: NodeId, door: Door, request: DoorRequest): Promise<Exchange> {
  try {
    return { node, request, outcome: { kind: 'answer', answer: await door.send(request) } };
  } catch (error) {
    if (!(error instanceof DoorError)) throw error;
    return { node, request, outcome: { kind: 'none', code: error.code, message: error.message } };
  }
}

/** The answer's body as a JSON object, or undefined if there is none or it is something else. */
export function jsonObjectOf({ outcome }: Exchange): Readonly<Record<string, unknown>> | undefined {
  if (outcome.kind === 'none') return undefined;
  try {
    const body: unknown = JSON.parse(outcome.answer.body);
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    return isObject ? (body as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

const excerptLengthMax = 160;

/** Text short enough for a report, which says how much was left out. */
export function excerpt(text: string): string {
  if (text.length <= excerptLengthMax) return text;
  // Half a surrogate pair is no character.
  const begin = text.slice(0, excerptLengthMax).replace(/[\uD800-\uDBFF]$/, '');
  return `${begin}… (${text.length} characters)`;
}

/** What came of a request, in words. */
export function describeOutcome({ outcome, request }: Exchange): string {
  if (outcome.kind === 'answer') {
    const { status, body } = outcome.answer;
    return body === '' ? `${status} without a body` : `${status} ${excerpt(body)}`;
  }
  switch (outcome.code) {
    case 'not-sent':
      return 'no connection could be made';
    case 'closed':
      return 'the connection was closed without a whole answer';
    case 'timeout':
      return `no answer within ${request.timeoutMs} ms`;
  }
}
