import { describe, expect, test } from '@jest/globals';
import { checkOperations } from './check.ts';
import { seededDraw } from './fuzz/draw.ts';
import { simulate } from './fuzz/simulated-history.ts';
import { casRegister, register } from './models/register.ts';
import type { Model } from './model.ts';
import { HistoryError, type Operation } from './operation.ts';

const registers = register<number>({ initial: 0 });
const ok = { process: 1, outcome: 'ok' } as const;

describe('partitions', () => {
  test('are decided apart from each other, and one that is illegal decides', () => {
    const result = checkOperations(registers, [
      { ...ok, id: 1, call: 1, return: 2, input: { f: 'write', key: 'a', value: 5 }, output: {} },
      { ...ok, id: 2, call: 3, return: 4, input: { f: 'read', key: 'b' }, output: { value: 0 } },
      { ...ok, id: 3, call: 5, return: 6, input: { f: 'read', key: 'a' }, output: { value: 0 } },
    ]);
    expect(result.verdict).toBe('illegal');
    expect(result.partitions.map(({ key, verdict }) => [key, verdict])).toEqual([
      ['a', 'illegal'],
      ['b', 'linearizable'],
    ]);
  });

  test('an empty history is linearizable', () => {
    expect(checkOperations(registers, [])).toEqual({ verdict: 'linearizable', partitions: [] });
  });

  test('the operations may come in any order', () => {
    const history = simulate(seededDraw(3), { operations: 500, clients: 5 });
    const model = casRegister<number>({ initial: 0 });
    expect(checkOperations(model, history.toReversed())).toEqual(checkOperations(model, history));
  });
});

describe('budgets', () => {
  const model = casRegister<number>({ initial: 0 });
  const history = simulate(seededDraw(3), { operations: 3_000, clients: 20 });

  test('of steps and of bytes end in undecided, with the reason, and always at the same point', () => {
    for (const budget of [{ steps: 100 }, { bytes: 200_000 }]) {
      const result = checkOperations(model, history, { engine: 'search', budget });
      expect(result).toMatchObject({ verdict: 'undecided', partitions: [{ verdict: 'undecided' }] });
      expect(result.reason).toMatch(/key x: the search ended .* a larger budget\.(steps|bytes)/);
      expect(checkOperations(model, history, { engine: 'search', budget })).toEqual(result);
    }
  });

  test('a signal ends the check in undecided, in the midst of a search too', () => {
    expect(checkOperations(model, history, { signal: AbortSignal.abort() })).toMatchObject({
      verdict: 'undecided',
      reason: 'key x: the caller stopped the search; more time would decide it',
    });
    let looks = 0;
    const signal = {
      get aborted() {
        return ++looks > 2;
      },
    };
    expect(checkOperations(model, history, { engine: 'search', signal }).verdict).toBe('undecided');
  });
});

describe('what is no history', () => {
  const base = { ...ok, input: { f: 'read', key: 'a' }, output: { value: 0 } } as const;
  test.each([
    ['bad-position', [{ ...base, id: 1, call: 3, return: 2 }]],
    ['bad-position', [{ ...base, id: 1, call: NaN, return: 2 }]],
    ['bad-position', [{ ...base, id: 1, call: -Infinity, return: 2 }]],
    ['repeated-id', [{ ...base, id: 1, call: 1, return: 2 }, { ...base, id: 1, call: 3, return: 4 }]], // prettier-ignore
    ['bad-output', [{ ...base, id: 1, call: 1, return: 2, output: {} }]],
    ['bad-output', [{ ...base, id: 1, call: 1, return: 2, output: undefined }]],
  ])('is refused with %s', (code, operations) => {
    let caught: unknown;
    try {
      checkOperations(registers, operations);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(HistoryError);
    expect(caught).toMatchObject({ code });
  });
});

describe('touching intervals', () => {
  const key = 'a';
  const write = {
    ...ok,
    id: 1,
    call: 1,
    return: 2,
    input: { f: 'write', key, value: 5 },
    output: {},
  } as const;
  const read = { ...ok, id: 2, input: { f: 'read', key }, output: { value: 0 } } as const;
  test.each(['best', 'search'] as const)('count as concurrent (%s)', (engine) => {
    const verdict = (call: number) =>
      checkOperations(registers, [write, { ...read, call, return: 3 }], { engine }).verdict;
    expect(verdict(2)).toBe('linearizable');
    expect(verdict(2.5)).toBe('illegal');
  });

  test.each(['best', 'search'] as const)('may have no length (%s)', (engine) => {
    const operations = [
      { ...write, call: 2, return: 2 },
      { ...read, call: 2, return: 2 },
    ];
    expect(checkOperations(registers, operations, { engine }).verdict).toBe('linearizable');
  });
});

describe('values that are easily mixed up', () => {
  type Values = string | number | null;
  const model = register<Values>({ initial: null });
  const key = 'a';
  const history = (written: Values, seen: Values) => [
    { ...ok, id: 1, call: 1, return: 2, input: { f: 'write', key, value: written } as const, output: {} },
    { ...ok, id: 2, call: 3, return: 4, input: { f: 'read', key } as const, output: { value: seen } },
  ];
  test.each([
    [NaN, NaN, 'linearizable'],
    [0, -0, 'linearizable'],
    [1, '1', 'illegal'],
    ['null', null, 'illegal'],
    ['', null, 'illegal'],
    [2 ** 53, 2 ** 53 + 2, 'illegal'],
  ] as const)('%p then %p is %s', (written, seen, verdict) => {
    for (const engine of ['best', 'search'] as const) {
      expect(checkOperations(model, history(written, seen), { engine }).verdict).toBe(verdict);
    }
  });
});

describe('a model of the user', () => {
  interface Counter {
    readonly count: number;
  }
  const operations: Operation<'add' | 'get', number>[] = [
    { ...ok, id: 1, call: 1, return: 6, input: 'add', output: 0 },
    { ...ok, id: 2, call: 2, return: 5, input: 'add', output: 0 },
    { ...ok, id: 3, call: 3, return: 4, input: 'get', output: 1 },
    { ...ok, id: 4, call: 7, return: 8, input: 'get', output: 2 },
  ];
  const counter: Model<Counter, 'add' | 'get', number> = {
    name: 'counter',
    init: () => ({ count: 0 }),
    step: (state, input, output) => {
      if (input === 'add') return { count: state.count + 1 };
      return output === undefined || output === state.count ? state : undefined;
    },
  };

  test('has its states compared by content', () => {
    expect(checkOperations(counter, operations).verdict).toBe('linearizable');
    const wrong = operations.map((each) => (each.id === 4 ? { ...each, output: 1 } : each));
    expect(checkOperations(counter, wrong)).toMatchObject({
      verdict: 'illegal',
      partitions: [{ violation: { anomaly: 'no order' } }],
    });
  });

  test('or by its own equality, with and without a hash', () => {
    const equal = (a: Counter, b: Counter) => a.count === b.count;
    expect(checkOperations({ ...counter, equal }, operations).verdict).toBe('linearizable');
    const hash = (state: Counter) => state.count % 2;
    expect(checkOperations({ ...counter, equal, hash }, operations).verdict).toBe('linearizable');
  });
});
