import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LabError } from '../lab-error.ts';
import { RunBuilder } from '../verdict/testdata/run-builder.ts';
import { parseHistory, readHistory } from './read-history.ts';

const { history } = new RunBuilder()
  .phase(0, 'start')
  .allUp(1)
  .write('a', { process: 0, from: 2, to: 3 })
  .cas('a', 'b', false, { process: 0, from: 4, to: 5, value: 'c' })
  .read(null, { process: 1, from: 4, to: 5 })
  .status(6, 'n1', { role: 'leader' })
  .step(7, 30, 'kill-1', { kind: 'kill', target: 'leader' }, { nodes: ['n1'] })
  .build();
const lines = history.map((event) => JSON.stringify(event));
const whole = `${lines.join('\n')}\n`;

describe('reading a history', () => {
  test('gives back every line', () => {
    expect(parseHistory(whole)).toEqual({ events: history });
  });

  test('an empty file is an empty history', () => {
    expect(parseHistory('')).toEqual({ events: [] });
  });

  test('a last line without its line feed still counts when it is whole', () => {
    expect(parseHistory(lines.join('\n'))).toEqual({ events: history });
  });

  test.each([1, 10, 40])('a last line torn after %i characters is dropped, and that is said', (length) => {
    const stored = parseHistory(whole + '{"index":99,"time":1,"process":0,"type":"ok"}'.slice(0, length));
    expect(stored.events).toEqual(history);
    expect(stored.note).toBe(
      `The last line of history.jsonl (line ${lines.length + 1}) is torn, as when a run is interrupted: it was dropped.`,
    );
  });

  test('a torn line in the middle is an error, not a note', () => {
    const torn = [...lines.slice(0, 3), '{"index":3,', ...lines.slice(4), ''].join('\n');
    expect(() => parseHistory(torn)).toThrow(/history\.jsonl, line 4, the line: expected one JSON object/);
  });

  test.each([
    ['a client that does not exist', 0, { process: 'clients' }, 'line 1, field process'],
    ['a negative time', 0, { time: -1 }, 'line 1, field time'],
    ['a phase that does not exist', 0, { value: 'lunch' }, 'line 1, field value'],
    ['a value that is no string', 4, { value: 7 }, 'line 5, field value'],
    ['a field too many', 4, { extra: 1 }, 'line 5, the object: Unrecognized key: "extra"'],
    ['an index out of order', 4, { index: 9 }, 'line 5, field index: expected 4'],
    ['an operation that does not exist', 4, { f: 'append' }, 'line 5, field process'],
  ])('%s is named by line and field', (_, at, change, message) => {
    const changed = history.map((event, index) =>
      JSON.stringify(index === at ? { ...event, ...change } : event),
    );
    expect(() => parseHistory(`${changed.join('\n')}\n`)).toThrow(message);
  });

  test('a nested field is named by its path', () => {
    const at = history.findIndex((event) => event.f === 'status');
    const text = whole.replace('"role":"leader"', '"role":"king"');
    expect(() => parseHistory(text)).toThrow(`line ${at + 1}, field value.status.role`);
  });

  test('a file that is not there is the caller’s to mend', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'raft-lab-history-'));
    try {
      const file = join(directory, 'history.jsonl');
      await expect(readHistory(file)).rejects.toMatchObject({ code: 'usage' });
      await writeFile(file, whole);
      expect((await readHistory(file)).events).toHaveLength(history.length);
      await writeFile(file, 'null\n');
      await expect(readHistory(file)).rejects.toBeInstanceOf(LabError);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
