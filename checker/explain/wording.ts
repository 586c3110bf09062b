/** Fills in what the caller's wording leaves open. */
import type { Operation } from '../operation.ts';
import type { Wording } from '../result.ts';

/** Names an operation's author and times in sentences. */
export interface Speech {
  who(operation: Operation<unknown, unknown>): string;
  /** "began at …" and "ended at …". */
  began(operation: Operation<unknown, unknown>): string;
  ended(operation: Operation<unknown, unknown>): string;
}

export function speech(wording: Wording = {}): Speech {
  return {
    who: (operation) => wording.who?.(operation.id) ?? `process ${operation.process}`,
    began: (operation) => `began at ${wording.began?.(operation.id) ?? operation.call}`,
    ended: (operation) =>
      operation.outcome === 'ok'
        ? `ended at ${wording.ended?.(operation.id) ?? operation.return}`
        : 'never had an answer',
  };
}

/** Begins a sentence. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
