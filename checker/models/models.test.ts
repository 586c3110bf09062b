import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bruteForce } from '../brute-force.ts';
import { verifyOrder } from '../certificate.ts';
import { checkOperations } from '../check.ts';
import { chance, type Draw } from '../fuzz/draw.ts';
import { randomIntervals } from '../fuzz/intervals.ts';
import type { Model, ModelState } from '../model.ts';
import { determinize, type NondeterministicModel } from '../nondeterministic.ts';
import type { Operation } from '../operation.ts';
import { kv, type KvInput, type KvOutput } from './kv.ts';
import { listAppend, type ListAppendInput, type ListAppendOutput } from './list-append.ts';
import { multiRegister, type MultiRegisterInput, type MultiRegisterOutput } from './multi-register.ts';
import { mutex, type MutexInput, type MutexOutput } from './mutex.ts';
import { queue, type QueueInput, type QueueOutput } from './queue.ts';
import { set, type SetInput, type SetOutput } from './set.ts';

const key = 'k';

/** Random operations of a model, answered at random, so that some histories are right and some are not. */
interface Random<Input, Output> {
  readonly input: (draw: Draw) => Input;
  readonly output: (draw: Draw, input: Input) => Output;
}

function randomHistory<Input, Output>(draw: Draw, random: Random<Input, Output>): Operation<Input, Output>[] {
  const intervals = randomIntervals(draw, 1 + draw(7), chance(draw, 20));
  return intervals.map((interval, index) => {
    const input = random.input(draw);
    const outcome = chance(draw, 80) ? 'ok' : chance(draw, 70) ? 'info' : 'fail';
    return {
      id: index,
      process: index,
      input,
      output: outcome === 'ok' ? random.output(draw, input) : undefined,
      call: interval.call,
      return: outcome === 'ok' ? interval.return : Infinity,
      outcome,
    };
  });
}

/** The search and brute force decide alike; both verdicts must occur often enough to mean something. */
function agrees<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  random: Random<Input, Output>,
): void {
  const seen = { linearizable: 0, illegal: 0, undecided: 0 };
  fc.assert(
    fc.property(fc.gen(), (generate) => {
      const history = randomHistory((below) => generate(fc.nat, { max: below - 1 }), random);
      const result = checkOperations(model, history);
      seen[result.verdict]++;
      expect(result.verdict).toBe(bruteForce(model, history) ? 'linearizable' : 'illegal');
      const order = result.partitions[0]?.order;
      if (order !== undefined) expect(verifyOrder(model, history, order)).toBeUndefined();
    }),
    { numRuns: 600 },
  );
  expect(seen.linearizable).toBeGreaterThan(30);
  expect(seen.illegal).toBeGreaterThan(30);
}

const letter = (draw: Draw) => 'ab'.charAt(draw(2));
const short = (draw: Draw) => Array.from({ length: draw(3) }, () => letter(draw));

describe('the search agrees with brute force on', () => {
  test('kv', () => {
    agrees<string | null, KvInput, KvOutput>(kv(), {
      input: (draw) => {
        const f = (['get', 'get', 'put', 'append', 'delete'] as const)[draw(5)] ?? 'get';
        return f === 'get' || f === 'delete' ? { f, key } : { f, key, value: letter(draw) };
      },
      output: (draw, { f }) => (f === 'get' ? { value: chance(draw, 30) ? null : short(draw).join('') } : {}),
    });
  });

  test('list-append', () => {
    agrees(listAppend(), {
      input: (draw): ListAppendInput =>
        chance(draw, 50) ? { f: 'append', key, value: letter(draw) } : { f: 'read', key },
      output: (draw, { f }): ListAppendOutput => (f === 'read' ? { value: short(draw) } : {}),
    });
  });

  test('list-append of elements that are mostly distinct', () => {
    agrees(listAppend(), {
      input: (draw): ListAppendInput =>
        chance(draw, 50) ? { f: 'append', key, value: draw(6) } : { f: 'read', key },
      output: (draw, { f }): ListAppendOutput =>
        f === 'read' ? { value: Array.from({ length: draw(3) }, () => draw(6)) } : {},
    });
  });

  test.each([2, 6])('queue of %s elements', (elements) => {
    agrees(queue(), {
      input: (draw): QueueInput =>
        chance(draw, 50) ? { f: 'enqueue', key, value: draw(elements) } : { f: 'dequeue', key },
      output: (draw, { f }): QueueOutput =>
        f === 'dequeue' ? { value: chance(draw, 30) ? null : draw(elements) } : {},
    });
  });

  test('set of which nobody reads the whole', () => {
    agrees(set(), {
      input: (draw): SetInput => {
        const f = (['add', 'remove', 'contains', 'contains'] as const)[draw(4)] ?? 'add';
        return { f, key, value: letter(draw) };
      },
      output: (draw, { f }): SetOutput => (f === 'contains' ? { contains: chance(draw, 50) } : {}),
    });
  });

  test('set', () => {
    agrees(set(), {
      input: (draw): SetInput => {
        const f = (['add', 'remove', 'contains', 'read'] as const)[draw(4)] ?? 'read';
        return f === 'read' ? { f, key } : { f, key, value: letter(draw) };
      },
      output: (draw, { f }): SetOutput =>
        f === 'contains'
          ? { contains: chance(draw, 50) }
          : f === 'read'
            ? { value: [...new Set(short(draw))] }
            : {},
    });
  });

  test('mutex', () => {
    agrees(mutex(), {
      input: (draw): MutexInput => ({
        f: chance(draw, 60) ? 'acquire' : 'release',
        key,
        ...(chance(draw, 50) && { owner: letter(draw) }),
      }),
      output: (): MutexOutput => ({}),
    });
  });

  test('multi-register', () => {
    const randomTxn = (draw: Draw): MultiRegisterInput<string> => ({
      f: 'txn',
      value: Array.from({ length: 1 + draw(2) }, () =>
        chance(draw, 50) ? ['r', letter(draw), null] : ['w', letter(draw), letter(draw)],
      ),
    });
    agrees(multiRegister(), {
      input: randomTxn,
      output: (draw, { value }): MultiRegisterOutput<string> => ({
        value: value.map(([f, name, written]) => [
          f,
          name,
          f === 'w' ? written : chance(draw, 40) ? null : letter(draw),
        ]),
      }),
    });
  });

  test('a nondeterministic model: a register whose write may be late by one', () => {
    type Input = { readonly f: 'read' } | { readonly f: 'write'; readonly value: number };
    const lazy: NondeterministicModel<{ readonly now: number; readonly next: number }, Input, number> = {
      name: 'lazy register',
      init: () => [{ now: 0, next: 0 }],
      readOnly: ({ f }) => f === 'read',
      step: (state, input, output) => {
        if (input.f === 'write') {
          return [
            { now: input.value, next: input.value },
            { now: state.next, next: input.value },
          ];
        }
        return output === undefined || output === state.now ? [state] : [];
      },
    };
    agrees(determinize(lazy), {
      input: (draw): Input => (chance(draw, 60) ? { f: 'read' } : { f: 'write', value: draw(3) }),
      output: (draw) => draw(3),
    });
  });
});

describe('what a model foresees', () => {
  const dequeued = (id: number, value: number, call: number): Operation<QueueInput, QueueOutput> => ({
    id,
    process: id,
    input: { f: 'dequeue', key },
    output: { value },
    call,
    return: call + 1,
    outcome: 'ok',
  });
  const enqueued = (id: number, value: number): Operation<QueueInput, QueueOutput> => ({
    ...dequeued(id, value, 0),
    input: { f: 'enqueue', key, value },
    output: {},
    return: 9,
  });

  test('makes a search short', () => {
    const values = Array.from({ length: 9 }, (_, value) => value);
    const together = values.map((value) => enqueued(value, value));
    const inOrder = [6, 3, 8, 1, 0, 7, 2, 5, 4].map((value, index) =>
      dequeued(100 + index, value, 10 + 2 * index),
    );
    const history = [...together, ...inOrder];
    const { foresee: _, ...blind } = queue();
    // The nine can be put in in 362,880 orders.
    expect(checkOperations(queue(), history, { budget: { steps: 10_000 } }).verdict).toBe('linearizable');
    expect(checkOperations(blind, history, { budget: { steps: 10_000 } }).verdict).toBe('undecided');
  });

  test('does not change where a history is illegal', () => {
    const history = [
      { ...enqueued(1, 1), return: 1 },
      { ...enqueued(2, 2), call: 2, return: 3 },
      dequeued(3, 2, 4),
      dequeued(4, 1, 6),
    ];
    const [result] = checkOperations(queue(), history).partitions;
    expect(result).toMatchObject({ verdict: 'illegal', completing: 3 });
  });
});

describe('each model says how it behaves', () => {
  test('a queue gives back what came first', () => {
    const { init, step } = queue();
    const two = step(
      step(init(), { f: 'enqueue', key, value: 1 }, {}) ?? [],
      { f: 'enqueue', key, value: 2 },
      {},
    );
    expect(step(two ?? [], { f: 'dequeue', key }, { value: 1 })).toEqual([2]);
    expect(step(two ?? [], { f: 'dequeue', key }, { value: 2 })).toBeUndefined();
    expect(step([], { f: 'dequeue', key }, { value: null })).toEqual([]);
  });

  test('a mutex is held by one, and released by its owner', () => {
    const { init, step } = mutex();
    const held = step(init(), { f: 'acquire', key, owner: 'a' }, {});
    expect(step(held ?? false, { f: 'acquire', key, owner: 'b' }, {})).toBeUndefined();
    expect(step(held ?? false, { f: 'release', key, owner: 'b' }, {})).toBeUndefined();
    expect(step(held ?? false, { f: 'release', key, owner: 'a' }, {})).toBe(init());
  });

  test('a transaction of a multi-register sees its own writes, and all keys at one moment', () => {
    const { init, step } = multiRegister();
    const write = { f: 'txn', value: [['w', 'a', '1'], ['r', 'a', null], ['w', 'b', '1']] } as const; // prettier-ignore
    const after = step(init(), write, { value: [['w', 'a', '1'], ['r', 'a', '1'], ['w', 'b', '1']] }); // prettier-ignore
    expect(after).toEqual(new Map(Object.entries({ a: '1', b: '1' })));
    const read = { f: 'txn', value: [['r', 'a', null], ['r', 'b', null]] } as const; // prettier-ignore
    expect(step(after ?? init(), read, { value: [['r', 'a', '1'], ['r', 'b', null]] })).toBeUndefined(); // prettier-ignore
  });
});
