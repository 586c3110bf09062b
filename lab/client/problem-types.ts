/** The problem types of the contract, each with the status it belongs to. `docs/contract.md#errors` is the prose. */
export const statusOfProblem = {
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
} as const satisfies Readonly<Record<string, number>>;

export type ProblemType = keyof typeof statusOfProblem;

export const isProblemType = (type: unknown): type is ProblemType =>
  typeof type === 'string' && Object.hasOwn(statusOfProblem, type);
