/** One operation in words. */
import type { ClientEvent } from '../history/history.ts';
import type { Operation } from '../history/operations.ts';
import { exactSeconds } from './words.ts';

/** The node whose answer counts, or the last one asked. */
export function nodeOf({ invoke, completion }: Operation): string {
  return completion?.node ?? invoke.node;
}

/** `process 3 at n2, 1.204113 s to 1.209870 s: write "c3-7", ok`. */
export function describeOperation(operation: Operation): string {
  const { process, startNs, endNs, completion, outcome } = operation;
  const until = endNs === Infinity ? 'the end of the run' : exactSeconds(endNs);
  const ended = completion?.error === undefined ? outcome : `${outcome} (${completion.error})`;
  return `process ${process} at ${nodeOf(operation)}, ${exactSeconds(startNs)} to ${until}: ${callOf(operation)}, ${ended}`;
}

/** What was asked and, where it was told, what was answered: `read x0 → "c3-7"`. */
export function callOf({ invoke, completion }: Operation): string {
  const answer: ClientEvent | undefined = completion?.type === 'ok' ? completion : undefined;
  switch (invoke.f) {
    case 'read':
      return `read ${invoke.key}${answer?.f === 'read' ? ` → ${shown(answer.value)}` : ''}`;
    case 'write':
      return `write ${invoke.key} := ${shown(invoke.value)}`;
    case 'cas': {
      if (invoke.type === 'ok') return `cas ${invoke.key}`;
      const asked = `cas ${invoke.key} ${shown(invoke.value.from)} → ${shown(invoke.value.to)}`;
      if (answer?.type !== 'ok' || answer.f !== 'cas') return asked;
      if (answer.value.swapped) return `${asked}: swapped`;
      return `${asked}: not swapped${answer.value.value === undefined ? '' : `, saw ${shown(answer.value.value)}`}`;
    }
  }
}

/** How much of a value is shown: it may be 64 KiB. */
const valueCharactersMax = 60;

function shown(value: string | null): string {
  if (value === null) return 'null';
  return JSON.stringify(value.length > valueCharactersMax ? `${value.slice(0, valueCharactersMax)}…` : value);
}
