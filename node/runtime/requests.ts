/** What clients wait for, from the door to the log and back: each request is answered once, by its deadline, with no more certainty than there is. */
import type { RefusalReason } from '../core/messages.ts';
import type { Operation, SessionKey } from '../registers/command.ts';
import { encodeCommand } from '../registers/command.ts';
import type { Applied } from '../registers/registers.ts';
import type { Answer } from '../registers/sessions.ts';

export type WriteResult =
  | { readonly kind: 'done'; readonly answer: Answer }
  /** It certainly did not happen, and never will. */
  | { readonly kind: 'refused'; readonly reason: 'no-leader' | 'out-of-space' }
  /** It may have happened, or may yet. */
  | { readonly kind: 'maybe' };

export type ReadResult =
  | { readonly kind: 'done'; readonly value: string | null }
  | { readonly kind: 'refused'; readonly reason: 'no-leader' };

/** How long a request waits for somebody to lead. */
const leaderLimitMs = 700;
/** How long it waits for its answer, in all: shorter than the client's patience of 2 s, so that the client hears why. */
const answerLimitMs = 1_500;

/** The reference node answers a write once it is applied; what else it might do is for tests to show. */
export type AcknowledgeAt = 'applied' | 'appended';

/** What it says of a write that was given to a log when time runs out: that nothing is known of it. */
export type AtDeadline = 'maybe' | 'refused';

interface Waiting {
  readonly request: number;
  readonly since: number;
  /** The attempt that is out, or null while there is nobody to ask. */
  attempt: number | null;
}
interface WaitingWrite extends Waiting {
  readonly kind: 'write';
  readonly command: Uint8Array;
  readonly operation: Operation;
  readonly resolve: (result: WriteResult) => void;
}
interface WaitingRead extends Waiting {
  readonly kind: 'read';
  readonly key: string;
  readonly resolve: (result: ReadResult) => void;
}

export interface RequestsOptions {
  readonly life: number;
  readonly acknowledgeAt: AcknowledgeAt;
  readonly atDeadline: AtDeadline;
  readonly nowMs: () => number;
  /** Gives a command to the core, under a name that is never used twice. */
  readonly propose: (attempt: number, command: Uint8Array) => void;
  readonly read: (attempt: number) => void;
  readonly role: () => 'leader' | 'led' | 'alone';
}

export class Requests {
  readonly #options: RequestsOptions;
  /** In the order of arrival, which is that of the deadlines. */
  readonly #waiting = new Map<number, WaitingWrite | WaitingRead>();
  readonly #attempts = new Map<number, WaitingWrite | WaitingRead>();
  #lastNumber = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  write(operation: Operation, session: SessionKey | null): Promise<WriteResult> {
    return new Promise((resolve) => {
      const request = this.#nextNumber();
      const command = encodeCommand({ life: this.#options.life, request, session, operation });
      const since = this.#options.nowMs();
      this.#begin({ kind: 'write', request, since, attempt: null, command, operation, resolve });
    });
  }

  read(key: string): Promise<ReadResult> {
    return new Promise((resolve) => {
      const request = this.#nextNumber();
      this.#begin({ kind: 'read', request, since: this.#options.nowMs(), attempt: null, key, resolve });
    });
  }

  /** An entry was applied: if it was asked for here, its client hears of it, whoever led when it was committed. */
  applied({ command, answer }: Applied): void {
    if (command.life !== this.#options.life) return;
    const waiting = this.#waiting.get(command.request);
    if (waiting?.kind !== 'write') return;
    this.#end(waiting);
    waiting.resolve(answer.kind === 'superseded' ? { kind: 'maybe' } : { kind: 'done', answer });
  }

  /** A read may be answered now. */
  readable(attempt: number, valueOf: (key: string) => string | null): void {
    const waiting = this.#attempts.get(attempt);
    if (waiting?.kind !== 'read') return;
    this.#end(waiting);
    waiting.resolve({ kind: 'done', value: valueOf(waiting.key) });
  }

  /** An attempt had no effect. It is made again at the next beat, unless there is no point. */
  refused(attempt: number, reason: RefusalReason): void {
    const waiting = this.#attempts.get(attempt);
    if (waiting === undefined) return;
    this.#attempts.delete(attempt);
    waiting.attempt = null;
    if (reason === 'out-of-space' && waiting.kind === 'write') {
      this.#end(waiting);
      waiting.resolve({ kind: 'refused', reason });
    }
  }

  /** Tries again what was refused, and gives up what has waited too long. */
  beat(): void {
    const now = this.#options.nowMs();
    const led = this.#options.role() !== 'alone';
    for (const waiting of this.#waiting.values()) {
      const limitMs = waiting.attempt === null ? leaderLimitMs : answerLimitMs;
      if (now - waiting.since >= limitMs) this.#giveUp(waiting);
      else if (waiting.attempt === null && led) this.#try(waiting);
    }
  }

  /** Answers everything that still waits: the node stops. */
  close(): void {
    for (const waiting of this.#waiting.values()) this.#giveUp(waiting);
  }

  #begin(waiting: WaitingWrite | WaitingRead): void {
    this.#waiting.set(waiting.request, waiting);
    this.#try(waiting);
  }

  #try(waiting: WaitingWrite | WaitingRead): void {
    const attempt = this.#nextNumber();
    waiting.attempt = attempt;
    this.#attempts.set(attempt, waiting);
    if (waiting.kind === 'read') {
      this.#options.read(attempt);
      return;
    }
    this.#options.propose(attempt, waiting.command);
    if (
      this.#options.acknowledgeAt === 'appended' &&
      waiting.operation.kind === 'write' &&
      this.#options.role() === 'leader'
    ) {
      this.#end(waiting);
      waiting.resolve({ kind: 'done', answer: { kind: 'written' } });
    }
  }

  #giveUp(waiting: WaitingWrite | WaitingRead): void {
    this.#end(waiting);
    if (waiting.kind === 'read') waiting.resolve({ kind: 'refused', reason: 'no-leader' });
    else if (waiting.attempt === null || this.#options.atDeadline === 'refused')
      waiting.resolve({ kind: 'refused', reason: 'no-leader' });
    else waiting.resolve({ kind: 'maybe' });
  }

  #end(waiting: WaitingWrite | WaitingRead): void {
    this.#waiting.delete(waiting.request);
    if (waiting.attempt !== null) this.#attempts.delete(waiting.attempt);
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }
}
