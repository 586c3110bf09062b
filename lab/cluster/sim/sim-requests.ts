/** What clients wait for at one node: each request is answered once, by its deadline, with no more certainty than there is. */
import type { RefusalReason } from '@raft-lab/node/core/messages.ts';
import type { Operation, SessionKey } from '@raft-lab/node/registers/command.ts';
import { encodeCommand } from '@raft-lab/node/registers/command.ts';
import type { Applied } from '@raft-lab/node/registers/registers.ts';
import type { Answer } from '@raft-lab/node/registers/sessions.ts';

export type Result =
  | { readonly kind: 'written'; readonly answer: Answer }
  | { readonly kind: 'read'; readonly value: string | null }
  | { readonly kind: 'refused'; readonly reason: 'no-leader' | 'out-of-space' }
  | { readonly kind: 'maybe' };

/** How long a request waits for somebody to lead, and how long for its answer. */
const leaderLimitMs = 700;
const answerLimitMs = 1_500;

interface Waiting {
  readonly number: number;
  readonly sinceMs: number;
  readonly what:
    | { readonly kind: Operation['kind']; readonly command: Uint8Array }
    | { readonly kind: 'read'; readonly key: string };
  /** The attempt that is out, or null while there is nobody to ask. */
  attempt: number | null;
  readonly respond: (result: Result) => void;
}

/** Where answers may be wrong, for mutants to show what they must be. */
export interface RequestFlaws {
  readonly acknowledgesWhenAppended: boolean;
  readonly refusesWhatIsOut: boolean;
}

export const soundRequests: RequestFlaws = { acknowledgesWhenAppended: false, refusesWhatIsOut: false };

export interface SimRequestsOptions {
  readonly life: number;
  readonly flaws: RequestFlaws;
  readonly nowMs: () => number;
  readonly propose: (attempt: number, command: Uint8Array) => void;
  readonly read: (attempt: number) => void;
  readonly role: () => 'leader' | 'led' | 'alone';
}

export class SimRequests {
  readonly #options: SimRequestsOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #attempts = new Map<number, Waiting>();
  #lastNumber = 0;

  constructor(options: SimRequestsOptions) {
    this.#options = options;
  }

  write(operation: Operation, session: SessionKey | null, respond: (result: Result) => void): void {
    const number = this.#nextNumber();
    const { life } = this.#options;
    const command = encodeCommand({ life, request: number, session, operation });
    this.#begin(number, { kind: operation.kind, command }, respond);
  }

  read(key: string, respond: (result: Result) => void): void {
    this.#begin(this.#nextNumber(), { kind: 'read', key }, respond);
  }

  /** An entry was applied: if it was asked for here, its client hears of it, whoever led when it was committed. */
  applied({ command, answer }: Applied): void {
    if (command.life !== this.#options.life) return;
    const waiting = this.#waiting.get(command.request);
    if (waiting === undefined) return;
    this.#end(waiting, answer.kind === 'superseded' ? { kind: 'maybe' } : { kind: 'written', answer });
  }

  /** A read may be answered now. Returns whether somebody waited for it. */
  readable(attempt: number, valueOf: (key: string) => string | null): boolean {
    const waiting = this.#attempts.get(attempt);
    if (waiting?.what.kind !== 'read') return false;
    this.#end(waiting, { kind: 'read', value: valueOf(waiting.what.key) });
    return true;
  }

  /** An attempt certainly had no effect, and is made again at the next beat. */
  refused(attempt: number, reason: RefusalReason): void {
    const waiting = this.#attempts.get(attempt);
    if (waiting === undefined) return;
    this.#attempts.delete(attempt);
    waiting.attempt = null;
    if (reason === 'out-of-space') this.#end(waiting, { kind: 'refused', reason });
  }

  /** Tries again what was refused, and gives up what has waited too long. */
  beat(): void {
    if (this.#waiting.size === 0) return;
    const nowMs = this.#options.nowMs();
    const led = this.#options.role() !== 'alone';
    for (const waiting of this.#waiting.values()) {
      const limitMs = waiting.attempt === null ? leaderLimitMs : answerLimitMs;
      if (nowMs - waiting.sinceMs >= limitMs) this.#giveUp(waiting);
      else if (waiting.attempt === null && led) this.#try(waiting);
    }
  }

  #begin(number: number, what: Waiting['what'], respond: (result: Result) => void): void {
    const waiting: Waiting = { number, sinceMs: this.#options.nowMs(), what, attempt: null, respond };
    this.#waiting.set(number, waiting);
    this.#try(waiting);
  }

  #try(waiting: Waiting): void {
    const attempt = this.#nextNumber();
    waiting.attempt = attempt;
    this.#attempts.set(attempt, waiting);
    if (waiting.what.kind === 'read') {
      this.#options.read(attempt);
      return;
    }
    this.#options.propose(attempt, waiting.what.command);
    const { acknowledgesWhenAppended } = this.#options.flaws;
    if (acknowledgesWhenAppended && waiting.what.kind === 'write' && this.#options.role() === 'leader') {
      this.#end(waiting, { kind: 'written', answer: { kind: 'written' } });
    }
  }

  #giveUp(waiting: Waiting): void {
    const refusable =
      waiting.what.kind === 'read' || waiting.attempt === null || this.#options.flaws.refusesWhatIsOut;
    this.#end(waiting, refusable ? { kind: 'refused', reason: 'no-leader' } : { kind: 'maybe' });
  }

  #end(waiting: Waiting, result: Result): void {
    this.#waiting.delete(waiting.number);
    if (waiting.attempt !== null) this.#attempts.delete(waiting.attempt);
    waiting.respond(result);
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }
}
