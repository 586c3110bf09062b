/** Errors as `application/problem+json` (RFC 9457): the status and type are what a client may believe. */
import type { Response } from 'express';

/** Every type there is, with its status. One with 4xx or 503 says that the request had no effect and never will. */
const statuses = {
  'bad-request': 400,
  unauthorized: 401,
  'not-found': 404,
  'method-not-allowed': 405,
  'change-in-progress': 409,
  'stale-configuration': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  'precondition-required': 428,
  unsupported: 501,
  'not-leader': 503,
  'no-leader': 503,
  'out-of-space': 503,
  maybe: 504,
  internal: 500,
} as const;

export type ProblemType = keyof typeof statuses;

interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the answer. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Thrown by a route, answered by the door. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly type: ProblemType;
  readonly options: ProblemOptions;

  /** @param detail what was expected, what was seen, and what to do. */
  constructor(type: ProblemType, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.type = type;
    this.options = options;
  }
}

export function sendProblem(response: Response, { type, message: detail, options }: Problem): void {
  const status = statuses[type];
  const body = JSON.stringify({ type, title: titleOf(type), status, detail, ...options.extensions });
  response
    .status(status)
    .set(options.headers ?? {})
    .set('content-type', 'application/problem+json')
    .end(body);
}

function titleOf(type: ProblemType): string {
  const words = type.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
