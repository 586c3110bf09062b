/** Histories as JSON lines: `{"process": 3, "type": "invoke", "f": "write", "key": "x", "value": "a", …}`, one event a line. */
import { HistoryError } from '../operation.ts';
import type { HistoryEvent } from './event.ts';

/** Lines whose process is no number (a nemesis, an observer) are left out, and so are fields that decide nothing. */
export function parseJsonLines(text: string): HistoryEvent[] {
  return [...eachJsonLine(text)];
}

/** The same one by one, so that a long history is never held as events all at once. */
export function* eachJsonLine(text: string): Generator<HistoryEvent> {
  for (let from = 0, index = 0; from < text.length; index++) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? text.length : newline;
    const line = text.slice(from, to);
    from = to + 1;
    if (line.trim() !== '') yield* parseLine(line, index);
  }
}

function parseLine(line: string, index: number): HistoryEvent[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw bad(index, error instanceof Error ? error.message : 'it is no JSON');
  }
  return toEvent(parsed, (problem) => bad(index, problem));
}

export function formatJsonLines(events: readonly HistoryEvent[]): string {
  return events.map((event, index) => `${JSON.stringify({ index, ...event })}\n`).join('');
}

function bad(index: number, problem: string): HistoryError {
  return new HistoryError('bad-format', `Line ${index + 1} is no event of a history: ${problem}.`);
}

/** @param fail makes the error that says where the event stands. */
export function toEvent(parsed: unknown, fail: (problem: string) => HistoryError): HistoryEvent[] {
  if (typeof parsed !== 'object' || parsed === null) throw fail('it is no object');
  const { process, type, f, value = null, key, time } = parsed as Record<string, unknown>;
  if (typeof process === 'string') return [];
  if (typeof process !== 'number') throw fail('its process is neither a number nor a name');
  if (type !== 'invoke' && type !== 'ok' && type !== 'info' && type !== 'fail') {
    throw fail(`its type is ${JSON.stringify(type)}, not invoke, ok, info or fail`);
  }
  if (typeof f !== 'string') throw fail('its f is no name');
  return [
    {
      process,
      type,
      f,
      value,
      ...((typeof key === 'string' || typeof key === 'number') && { key: String(key) }),
      ...(typeof time === 'number' && { time }),
    },
  ];
}
