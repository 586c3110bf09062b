/**
 * Reads `history.jsonl` back. Every line is validated by the schema of its kind, so that an error names the line and the field. A run that was
 * cut short may end in half a line: that line is dropped, with a note, and everything before it counts.
 */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { LabError } from '../lab-error.ts';
import {
  clientEventSchema,
  nemesisEventSchema,
  observerEventSchema,
  operatorEventSchema,
  type HistoryEvent,
} from './history.ts';

export interface StoredHistory {
  readonly events: readonly HistoryEvent[];
  /** Says that the last line was torn and dropped. */
  readonly note?: string;
}

/** @throws LabError `usage` when there is no such file, `store` when a line of it is not a line of a history. */
export async function readHistory(file: string): Promise<StoredHistory> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new LabError(
      'usage',
      `Expected a history at ${file}, which cannot be read (${String(cause)}). Name the directory of a run, such as store/latest.`,
      { cause },
    );
  }
  return parseHistory(text, file);
}

/**
 * @param name what to call the file in messages
 * @throws LabError `store`, naming line and field
 */
export function parseHistory(text: string, name = 'history.jsonl'): StoredHistory {
  const lines = text.split('\n');
  // What follows the last line feed is nothing in a whole file, and a torn line where the writer was stopped in the middle.
  const tail = lines.pop() ?? '';
  const events = lines.map((line, at) => parseLine(line, at, name));
  if (tail === '') return { events };

  const whole = asJson(tail);
  if (whole !== undefined) return { events: [...events, validated(whole.json, events.length, name)] };
  const note = `The last line of ${name} (line ${lines.length + 1}) is torn, as when a run is interrupted: it was dropped.`;
  return { events, note };
}

function parseLine(line: string, at: number, name: string): HistoryEvent {
  const parsed = asJson(line);
  if (parsed === undefined) throw broken(name, at, 'the line', 'expected one JSON object');
  return validated(parsed.json, at, name);
}

function asJson(line: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(line) as unknown };
  } catch {
    return undefined;
  }
}

function validated(json: unknown, at: number, name: string): HistoryEvent {
  const schema = schemaFor(json);
  if (schema === undefined)
    throw broken(
      name,
      at,
      'field process',
      'expected a number with f read, write or cas, or "nemesis", "operator" or "observer"',
    );
  const result = schema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    const path = issue?.path.join('.') ?? '';
    throw broken(
      name,
      at,
      path === '' ? 'the object' : `field ${path}`,
      issue?.message ?? 'is not as expected',
    );
  }
  if (result.data.index !== at)
    throw broken(
      name,
      at,
      'field index',
      `expected ${at}, since lines are numbered from 0 in order, but saw ${result.data.index}`,
    );
  return result.data;
}

const [readOpen, readOk, write, casOpen, casOk] = clientEventSchema.options;

/** The one schema a line must obey: a union of all of them would only say that none fits. */
function schemaFor(json: unknown): z.ZodType<HistoryEvent> | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { process, f, type } = json as Partial<Record<string, unknown>>;
  if (process === 'nemesis') return nemesisEventSchema;
  if (process === 'operator') return operatorEventSchema;
  if (process === 'observer') return observerEventSchema;
  if (typeof process !== 'number') return undefined;
  switch (f) {
    case 'read':
      return type === 'ok' ? readOk : readOpen;
    case 'write':
      return write;
    case 'cas':
      return type === 'ok' ? casOk : casOpen;
    default:
      return undefined;
  }
}

function broken(name: string, at: number, where: string, what: string): LabError {
  return new LabError(
    'store',
    `${name}, line ${at + 1}, ${where}: ${what}. The file is not as the lab wrote it; restore it, or run the test again.`,
  );
}
