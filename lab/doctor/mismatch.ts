import type { Exchange } from './exchange.ts';
import type { NotTriedCause } from './finding.ts';

/** Thrown by a check: the node does not do what the contract says. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
  readonly expected: string;
  readonly seen: string;
  readonly exchanges: readonly Exchange[];
  /** The last lines of a node that is to blame by not running. */
  readonly output: string | undefined;

  constructor(expected: string, seen: string, exchanges: readonly Exchange[], output?: string) {
    super(`expected ${expected}, saw ${seen}`);
    this.expected = expected;
    this.seen = seen;
    this.exchanges = exchanges;
    this.output = output;
  }
}

/** Thrown by a check that cannot come to a judgement, with the reason. */
export class NotTriedError extends Error {
  override readonly name = 'NotTriedError';
  readonly why: NotTriedCause;

  constructor(why: NotTriedCause, reason: string) {
    super(reason);
    this.why = why;
  }
}
