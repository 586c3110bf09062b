/** Jepsen's histories: EDN maps such as `{:process 0, :type :invoke, :f :write, :value [1 5]}`, one after another or in a vector. */
import { HistoryError } from '../operation.ts';
import { type Edn, type EdnMap, Keyword, readEdn } from './edn-reader.ts';
import type { HistoryEvent } from './event.ts';
import { toEvent } from './jsonl.ts';

/**
 * Operations of the nemesis (whose process is a keyword) are left out. A value `[key value]`, as Jepsen's independent keys are written,
 * is taken apart if `hasKeys`.
 */
export function parseEdn(text: string, hasKeys = false): HistoryEvent[] {
  const values = readEdn(text);
  const [only] = values;
  const maps = values.length === 1 && Array.isArray(only) ? (only as readonly Edn[]) : values;
  return maps.flatMap((map, index) => {
    const fail = (problem: string) =>
      new HistoryError('bad-format', `Operation ${index + 1} of the history is none: ${problem}.`);
    const event = toEvent(plain(map), fail);
    return hasKeys ? event.map((each) => splitKey(each, fail)) : event;
  });
}

function splitKey(event: HistoryEvent, fail: (problem: string) => HistoryError): HistoryEvent {
  if (!Array.isArray(event.value) || event.value.length !== 2) throw fail('its value is not [key value]');
  const [key, value] = event.value as readonly unknown[];
  return { ...event, key: String(key), value };
}

/** EDN as the data that JSON would give: keywords are strings, maps with such keys objects. */
export function plain(value: Edn): unknown {
  if (value instanceof Keyword) return value.name;
  if (Array.isArray(value)) return (value as readonly Edn[]).map(plain);
  if (value instanceof Set) return [...(value as ReadonlySet<Edn>)].map(plain);
  if (typeof value === 'object' && value !== null) {
    const { entries } = value as EdnMap;
    return Object.fromEntries(entries.map(([key, held]) => [String(plain(key)), plain(held)]));
  }
  return value;
}

/** As Knossos and Elle read it. A key is written into the value, as `[key value]`. */
export function formatEdn(events: readonly HistoryEvent[]): string {
  return events
    .map(({ process, type, f, value, key, time }, index) => {
      const whole = key === undefined ? edn(value) : `[${edn(key)} ${edn(value)}]`;
      const at = time === undefined ? '' : `, :time ${time}`;
      return `{:process ${process}, :type :${type}, :f :${f}, :value ${whole}${at}, :index ${index}}\n`;
    })
    .join('');
}

function edn(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}N`;
  if (Array.isArray(value)) return `[${value.map(edn).join(' ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, held]) => `:${key} ${edn(held)}`)
      .join(', ')}}`;
  }
  if (typeof value === 'number') return number(value);
  return typeof value === 'boolean' ? String(value) : 'nil';
}

/** Numbers beyond the safe integers are written as what they are, inexact ones. */
function number(value: number): string {
  if (!Number.isFinite(value)) return 'nil';
  const digits = String(value);
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !digits.includes('e')
    ? `${digits}.0`
    : digits;
}
