import { describe, expect, test } from '@jest/globals';
import { checkOperations } from '../check.ts';
import { seededDraw } from '../fuzz/draw.ts';
import { simulate } from '../fuzz/simulated-history.ts';
import { initialNumber, type RegisterOperation, smallHistory } from '../fuzz/small-history.ts';
import { casRegister } from '../models/register.ts';
import { queue } from '../models/queue.ts';
import type { CheckResult } from '../result.ts';
import { checkColumns } from './check-columns.ts';
import type { RegisterColumns } from './register-columns.ts';
import { toColumns } from './to-columns.ts';

const model = casRegister<number>({ initial: initialNumber });

/** A result without its functions. Columns know a compare-and-set that saw another value as the read that it is. */
const plain = ({ verdict, partitions }: CheckResult) => ({
  verdict,
  partitions: partitions.map(({ violation, ...partition }) => ({
    ...partition,
    ...(violation && {
      ...violation,
      explain: undefined,
      says: violation.explain().replaceAll(/cas \S+ to \S+ → not swapped, saw/g, 'read →'),
    }),
  })),
});
const both = (history: readonly RegisterOperation[]) => [
  plain(checkColumns(toColumns(model, history))),
  plain(checkOperations(model, history)),
];

describe('columns', () => {
  test('give what operations give: verdict, order, core and sentence', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 3_000; seed++) {
      const [columns, operations] = both(smallHistory(seededDraw(seed), 8));
      expect({ seed, ...columns }).toEqual({ seed, ...operations });
      for (const { verdict, engine } of columns?.partitions ?? []) seen.add(`${verdict} by ${engine}`);
    }
    expect([...seen].sort()).toEqual([
      'illegal by blocks',
      'illegal by search',
      'linearizable by blocks',
      'linearizable by search',
    ]);
  });

  test('are split by key, also where rows are in no order', () => {
    const parts = ['a', 'b', 'c'].map((key, index) =>
      simulate(seededDraw(index + 1), { operations: 3_000, clients: 5, infoPercent: 1, failPercent: 2, key }),
    );
    const history = parts.flat().map((each, id) => ({ ...each, id }));
    const [columns, operations] = both(history);
    expect(columns).toEqual(operations);
    expect(columns?.partitions.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    const wrong = history.find(
      ({ id, input, outcome }) => id > 4_000 && input.f === 'read' && outcome === 'ok',
    );
    const [again, expected] = both(
      history.map((each) => (each === wrong ? { ...each, output: { value: 77_777 } } : each)).reverse(),
    );
    expect(again).toEqual(expected);
    expect(again).toMatchObject({ verdict: 'illegal' });
  });

  const columns = toColumns(model, smallHistory(seededDraw(1), 8));
  const [rows] = [columns.id.length];
  test.each<[string, RegisterColumns, RegExp]>([
    ['of different lengths', { ...columns, call: columns.call.slice(1) }, /columns have \d+ and \d+ rows/],
    [
      'that run backwards',
      { ...columns, call: new Float64Array(rows).fill(1e9) },
      /Row \d runs from 1000000000/,
    ],
    ['with one id twice', { ...columns, id: new Float64Array(rows) }, /the same id/],
    [
      'with a value nowhere',
      { ...columns, value: new Uint32Array(rows).fill(99) },
      /not in the table of values/,
    ],
    ['with a key nowhere', { ...columns, key: new Uint32Array(rows).fill(9) }, /not in the table of keys/],
  ])('%s are refused', (_name, wrong, message) => {
    expect(() => checkColumns(wrong)).toThrow(message);
  });

  test('hold registers only', () => {
    expect(() => toColumns(queue(), [])).toThrow(/queue does not say how it is one/);
  });
});
