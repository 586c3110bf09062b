import { describe, expect, test } from '@jest/globals';
import { checkColumns } from '../columns/check-columns.ts';
import { seededDraw } from '../fuzz/draw.ts';
import { smallHistory } from '../fuzz/small-history.ts';
import type { Operation } from '../operation.ts';
import { catalogue } from './catalogue.ts';
import { eventsOf, type HistoryEvent, pairEvents, type RecordedCall } from './event.ts';
import { eachJsonLine, formatJsonLines, parseJsonLines } from './jsonl.ts';
import { readColumns, type RegisterReader } from './read-columns.ts';

const subject = catalogue['cas-register'];
const reader: RegisterReader = subject?.reader ?? {
  initial: 'no register',
  action: () => ({ does: 'nothing' }),
};

/** A random history in a file's words, each operation by a process of its own. */
function recorded(seed: number): HistoryEvent[] {
  const operations = smallHistory(seededDraw(seed), 8).map((each): Operation<RecordedCall, unknown> => {
    const { input, output } = each;
    const value =
      input.f === 'cas' ? { from: input.from, to: input.to } : input.f === 'write' ? input.value : null;
    return {
      ...each,
      input: { f: input.f, key: input.key, value },
      output: input.f === 'read' ? (output?.value ?? null) : (output ?? null),
      return: each.outcome === 'fail' ? each.call + 0.25 : each.return,
    };
  });
  return eventsOf(operations);
}

describe('events read into columns', () => {
  test('are what they are as operations', () => {
    const seen = { linearizable: 0, illegal: 0, undecided: 0 };
    for (let seed = 1; seed <= 1_000; seed++) {
      const text = formatJsonLines(recorded(seed));
      const { columns } = readColumns(reader, eachJsonLine(text));
      const inColumns = checkColumns(columns);
      const expected = subject?.check(pairEvents(parseJsonLines(text)));
      const core = (result: typeof expected) =>
        result?.partitions.map(({ order, violation }) => order ?? violation?.core);
      expect({ seed, verdict: inColumns.verdict, core: core(inColumns) }).toEqual({ seed, verdict: expected?.verdict, core: core(expected) }); // prettier-ignore
      seen[inColumns.verdict]++;
    }
    expect(seen.linearizable).toBeGreaterThan(100);
    expect(seen.illegal).toBeGreaterThan(100);
  });

  const event = { process: 1, type: 'invoke', f: 'read', key: 'x', value: null } as const;
  test.each<[readonly HistoryEvent[], string]>([
    [[event, event], 'Event 1 begins an operation of process 1, whose operation from event 0 is still open.'],
    [[{ ...event, type: 'ok' }], 'Event 0 ends an operation of process 1, which has none open.'],
  ])('are refused where they do not pair', (events, message) => {
    expect(() => readColumns(reader, events)).toThrow(message);
    expect(() => pairEvents(events)).toThrow(message);
  });
});
