import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HistoryError } from '../operation.ts';
import { catalogue } from './catalogue.ts';
import { formatEdn, parseEdn, plain } from './edn.ts';
import { readEdn } from './edn-reader.ts';
import { eventsOf, type HistoryEvent, pairEvents } from './event.ts';
import { formatJsonLines, parseJsonLines } from './jsonl.ts';

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('from', 'to', 'swapped'), tie('value'), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  ),
})).value;

const event: fc.Arbitrary<HistoryEvent> = fc
  .record({
    process: fc.nat(9),
    type: fc.constantFrom('invoke', 'ok', 'info', 'fail'),
    f: fc.constantFrom('read', 'write', 'cas'),
    value,
    key: fc.string(),
    time: fc.nat(),
  })
  .map((each) => each);

describe('both formats give back what was written', () => {
  test('JSON lines', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        expect(parseJsonLines(formatJsonLines(events))).toEqual(JSON.parse(JSON.stringify(events)));
      }),
    );
  });

  test('EDN, with the key in the value', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        expect(parseEdn(formatEdn(events), true)).toEqual(events);
      }),
    );
  });

  test('operations become events and operations again', () => {
    const text = [
      '{:process 0, :type :invoke, :f :write, :value 5}',
      '{:process 1, :type :invoke, :f :read, :value nil}',
      '{:process 0, :type :ok, :f :write, :value 5}',
      '{:process 1, :type :info, :f :read, :value nil}',
    ].join('\n');
    expect(eventsOf(pairEvents(parseEdn(text)))).toEqual(parseEdn(text));
  });
});

describe('EDN', () => {
  test('is read as Clojure writes it', () => {
    const text = `; a comment
      #jepsen.history.Op{:index 0, :time 17, :type :invoke, :process 3, :f :cas, :value ["k" [1 2]]}
      #_ {:ignored true}
      {:type :info :process :nemesis :f :start :value nil}
      {:type :ok, :process 3, :f :cas, :value ["k" [1 2]], :error "a \\"quote\\" and\n a line"}`;
    expect(parseEdn(text, true)).toEqual([
      { process: 3, type: 'invoke', f: 'cas', key: 'k', value: [1, 2], time: 17 },
      { process: 3, type: 'ok', f: 'cas', key: 'k', value: [1, 2] },
    ]);
  });

  test('knows its literals', () => {
    const read = readEdn(
      '[1 -2 +3 4N 12345678901234567890 1.5 2e3 3.0M nil true \\a \\newline \\u0041 #{1} (a b)]',
    );
    expect(plain(read[0] ?? null)).toEqual([
      1, -2, 3, 4, 12345678901234567890n, 1.5, 2000, 3, null, true, 'a', '\n', 'A', [1], ['a', 'b'],
    ]); // prettier-ignore
  });

  test.each(['{:a', '[1 2', '"never ends', '{:a 1 :b}', ']', '['.repeat(300), '\\'])(
    'that is broken is an error: %p',
    (text) => {
      expect(() => parseEdn(`{:process 1, :type :ok, :f :read}\n${text}`)).toThrow(HistoryError);
    },
  );
});

describe('lines that are no events', () => {
  test.each([
    ['{"process": 1', /Line 2 /],
    ['[]', /process is neither/],
    ['7', /no object/],
    ['{"process": 1, "type": "done", "f": "read"}', /type is "done", not invoke, ok, info or fail/],
    ['{"process": 1, "type": "ok"}', /f is no name/],
  ])('are refused with their number: %s', (line, message) => {
    expect(() => parseJsonLines(`{"process": 1, "type": "invoke", "f": "read"}\n${line}\n`)).toThrow(message);
  });

  test('the nemesis is left out', () => {
    expect(parseJsonLines('{"process": "nemesis", "type": "info", "f": "kill", "value": {}}\n')).toEqual([]);
  });

  test('a process that does two things at once, or ends what it did not begin, is an error', () => {
    const invoke = { process: 1, type: 'invoke', f: 'read', value: null } as const;
    expect(() => pairEvents([invoke, invoke])).toThrow(/still open/);
    expect(() => pairEvents([{ ...invoke, type: 'ok' }])).toThrow(/none open/);
  });
});

describe('the catalogue', () => {
  const check = (model: string, lines: readonly object[]) =>
    catalogue[model]?.check(pairEvents(parseJsonLines(lines.map((line) => JSON.stringify(line)).join('\n'))));
  const pair = (f: string, asked: unknown, answered: unknown, process = 1) => [
    { process, type: 'invoke', f, key: 'k', value: asked },
    { process, type: 'ok', f, key: 'k', value: answered },
  ];

  test.each([
    ['register', [...pair('write', 1, 1), ...pair('read', null, 1)], [...pair('read', null, 1)]],
    ['cas-register', [...pair('cas', { from: null, to: 1 }, { swapped: true }), ...pair('read', null, 1)], [...pair('cas', { from: 2, to: 1 }, { swapped: true })]],
    ['cas-register', [...pair('cas', [null, 1], [null, 1])], [...pair('cas', [2, 1], [2, 1])]],
    ['kv', [...pair('append', 'a', 'a'), ...pair('get', null, 'a')], [...pair('get', null, 'a')]],
    ['list-append', [...pair('append', 1, 1), ...pair('read', null, [1])], [...pair('read', null, [1])]],
    ['queue', [...pair('enqueue', 1, 1), ...pair('dequeue', null, 1)], [...pair('dequeue', null, 1)]],
    ['set', [...pair('add', 1, 1), ...pair('read', null, [1]), ...pair('contains', 1, true)], [...pair('contains', 1, true)]],
    ['mutex', [...pair('acquire', null, null), ...pair('release', null, null)], [...pair('release', null, null)]],
  ])('knows %s', (model, right, wrong) => {
    expect(check(model, right)).toMatchObject({ verdict: 'linearizable', partitions: [{ key: 'k' }] });
    expect(check(model, wrong)).toMatchObject({ verdict: 'illegal' });
  }); // prettier-ignore

  test('says which words it knows', () => {
    expect(() => check('mutex', pair('read', null, 1))).toThrow(/this model knows acquire and release/);
  });
});
