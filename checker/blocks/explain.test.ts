import { describe, expect, test } from '@jest/globals';
import { checkOperations } from '../check.ts';
import { casRegister, type CasRegisterInput, type RegisterOutput } from '../models/register.ts';
import type { Operation } from '../operation.ts';

type Op = Operation<CasRegisterInput<string | null>, RegisterOutput<string | null>>;
type Times = readonly [call: number, end: number];

const model = casRegister({ initial: null });
const key = 'x';
const operation = (
  process: number,
  [call, end]: Times,
  input: Op['input'],
  output: Op['output'],
  outcome: Op['outcome'] = 'ok',
): Op => ({ id: call, process, input, output, call, return: end, outcome });
const write = (process: number, times: Times, value: string, outcome: Op['outcome'] = 'ok') =>
  operation(process, times, { f: 'write', key, value }, outcome === 'ok' ? {} : undefined, outcome);
const read = (process: number, times: Times, value: string | null) =>
  operation(process, times, { f: 'read', key }, { value });
const swap = (process: number, times: Times, from: string, to: string) =>
  operation(process, times, { f: 'cas', key, from, to }, { swapped: true });

function explained(...operations: Op[]) {
  const [result] = checkOperations(model, operations).partitions;
  expect(result).toMatchObject({ verdict: 'illegal', engine: 'blocks' });
  const violation = result?.violation;
  return {
    anomaly: violation?.anomaly,
    core: violation?.core,
    bounding: violation?.bounding,
    says: violation?.explain(),
  };
}

describe('each anomaly has its name, its core and a sentence', () => {
  test('stale read: the newer value had been seen, too', () => {
    const history = [
      write(1, [0, 1], 'a'),
      write(2, [2, 3], 'b'),
      read(3, [4, 5], 'a'),
      read(1, [6, 7], 'b'),
      read(1, [8, 9], 'b'),
    ];
    expect(explained(...history)).toEqual({
      anomaly: 'stale read',
      core: [0, 2, 4],
      bounding: [0, 2, 4],
      says: 'Process 3 read a on key x (began at 4), although process 2 had already replaced it by b, which ended at 3.',
    });
  });

  test('lost update: an acknowledged write without a trace', () => {
    expect(explained(write(1, [0, 1], 'a'), write(2, [2, 3], 'b'), read(3, [4, 5], 'a'))).toEqual({
      anomaly: 'lost update',
      core: [0, 2, 4],
      bounding: [0, 2, 4],
      says: 'Process 3 read a on key x (began at 4), although process 2 had already replaced it by b, which ended at 3. Nobody ever saw b: the update is lost.',
    });
  });

  test('lost update: a compare-and-set on a value that had been replaced', () => {
    const history = [
      write(1, [0, 1], 'a'),
      write(2, [2, 3], 'b'),
      swap(3, [4, 5], 'a', 'c'),
      read(2, [6, 7], 'b'),
    ];
    expect(explained(...history)).toEqual({
      anomaly: 'lost update',
      core: [0, 2, 4],
      bounding: [0, 2, 4],
      says: 'Process 3 found a and replaced it by c on key x (began at 4), although process 2 had already replaced it by b, which ended at 3.',
    });
  });

  test('new then old: two reads in the wrong order, while the write was under way', () => {
    const history = [
      write(1, [0, 1], 'a'),
      write(2, [2, 9], 'b'),
      read(3, [3, 4], 'b'),
      read(4, [5, 6], 'a'),
    ];
    expect(explained(...history)).toEqual({
      anomaly: 'new then old',
      core: [0, 2, 3, 5],
      bounding: [0, 3, 5],
      says: 'Process 4 read a on key x (began at 5), although process 3 had already read the newer value b, which ended at 4.',
    });
  });

  test('new then old, where the initial value comes back', () => {
    const history = [write(2, [2, 9], 'b'), read(3, [3, 4], 'b'), read(4, [5, 6], null)];
    expect(explained(...history)).toEqual({
      anomaly: 'new then old',
      core: [2, 3, 5],
      bounding: [3, 5],
      says: 'Process 4 read nothing on key x (began at 5), although process 3 had already read the newer value b, which ended at 4.',
    });
  });

  test('aborted read: the value of a refused write', () => {
    expect(explained(write(1, [0, 1], 'a', 'fail'), read(3, [4, 5], 'a'))).toEqual({
      anomaly: 'aborted read',
      core: [0, 4],
      bounding: [],
      says: 'Process 3 saw the value a on key x (ended at 5), but the operation of process 1 that would have written it was refused, so it must never take effect.',
    });
  });

  test('phantom: a value from nowhere', () => {
    expect(explained(write(1, [0, 1], 'a'), read(3, [4, 5], 'z'))).toEqual({
      anomaly: 'phantom',
      core: [4],
      bounding: [],
      says: 'Process 3 saw the value z on key x (ended at 5), but no operation ever wrote it.',
    });
  });

  test('read from the future', () => {
    expect(explained(read(3, [0, 1], 'a'), write(1, [2, 3], 'a'))).toEqual({
      anomaly: 'read from the future',
      core: [0, 2],
      bounding: [0, 2],
      says: 'Process 3 read a on key x and ended at 1, before the write of a by process 1, on which that rests, even began at 2.',
    });
  });

  test('two swaps from one value', () => {
    const history = [write(1, [0, 1], 'a'), swap(2, [2, 5], 'a', 'b'), swap(3, [3, 4], 'a', 'c')];
    expect(explained(...history)).toEqual({
      anomaly: 'two swaps from one value',
      core: [2, 3],
      bounding: [],
      says: 'Process 2 and process 3 both found a on key x and replaced it, one by b and the other by c; but a was there only once, so one update overwrote the other.',
    });
  });

  test('circular swaps', () => {
    expect(explained(swap(1, [0, 3], 'a', 'b'), swap(2, [1, 2], 'b', 'a'))).toEqual({
      anomaly: 'circular swaps',
      core: [0, 1],
      bounding: [],
      says: '2 compare-and-sets on key x build on each other in a circle (a to b, b to a): none of them can have been the first.',
    });
  });

  test('contradicting answer', () => {
    const refused = operation(
      1,
      [2, 3],
      { f: 'cas', key, from: 'a', to: 'b' },
      { swapped: false, value: 'a' },
    );
    expect(explained(write(1, [0, 1], 'a'), refused)).toEqual({
      anomaly: 'contradicting answer',
      core: [2],
      bounding: [],
      says: 'The compare-and-set of process 1 on key x (ended at 3) was refused, although its answer says that the register held exactly the value it compared with.',
    });
  });
});

test('the caller names people and times', () => {
  const operations = [write(1, [0, 1], 'a'), read(3, [4, 5], 'z')];
  const [result] = checkOperations(model, operations).partitions;
  const wording = { who: (id: number) => `client ${id} on n2`, ended: () => '1.5 s' };
  expect(result?.violation?.explain(wording)).toBe(
    'Client 4 on n2 saw the value z on key x (ended at 1.5 s), but no operation ever wrote it.',
  );
});

test('a violation that also involves the initial value is not blamed on that having come anew', () => {
  const history = [
    write(1, [1, Infinity], 'a', 'info'),
    write(2, [2, 3], 'b'),
    read(3, [5, 11], null),
    read(4, [6, 8], 'a'),
    read(5, [9, 10], 'b'),
  ];
  expect(explained(...history)).toMatchObject({ anomaly: 'new then old' });
});

describe('unknown outcomes', () => {
  test('an unknown write may take effect late, and then what it made must last', () => {
    const late = write(1, [0, Infinity], 'a', 'info');
    expect(checkOperations(model, [late, write(2, [1, 2], 'b'), read(3, [4, 5], 'a')]).verdict).toBe(
      'linearizable',
    );
    expect(explained(late, write(2, [1, 2], 'b'), read(3, [4, 5], 'a'), read(3, [6, 7], 'b'))).toMatchObject({
      anomaly: 'new then old',
    });
  });

  test.each([
    [0, 1],
    [1, 0],
  ])('of two unknown writers of a value neither has to be the one (%i, %i)', (swapCall, writeCall) => {
    const input = { f: 'cas', key, from: 'nowhere', to: 'a' } as const;
    const unknown = operation(1, [swapCall, Infinity], input, undefined, 'info');
    const seen = read(3, [2, 3], 'a');
    const either = [unknown, write(2, [writeCall, Infinity], 'a', 'info'), seen];
    expect(checkOperations(model, either).verdict).toBe('linearizable');
    expect(explained(unknown, seen)).toMatchObject({ anomaly: 'phantom', core: [swapCall, 2] });
  });

  test('of several blocks that were replaced, one that somebody saw is shown', () => {
    const history = [
      write(1, [0, 1], 'a'),
      write(2, [2, 3], 'unseen'),
      write(2, [4, 5], 'seen'),
      read(2, [6, 7], 'seen'),
      write(2, [8, 9], 'unseen too'),
      read(3, [10, 11], 'a'),
    ];
    expect(explained(...history)).toMatchObject({ anomaly: 'stale read', core: [0, 4, 10] });
  });
});
