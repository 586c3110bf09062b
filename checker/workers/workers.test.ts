import { describe, expect, test } from '@jest/globals';
import { checkOperations } from '../check.ts';
import { seededDraw } from '../fuzz/draw.ts';
import { simulate } from '../fuzz/simulated-history.ts';
import { initialNumber, type RegisterOperation } from '../fuzz/small-history.ts';
import { casRegister } from '../models/register.ts';
import type { CheckResult } from '../result.ts';
import { checkOperationsInWorkers, type ModelSource } from './index.ts';

const model = casRegister<number>({ initial: initialNumber });
const source: ModelSource = {
  module: new URL('../index.ts', import.meta.url).href,
  export: 'casRegister',
  arguments: [{ initial: initialNumber }],
};
const keys = ['a', 'b', 'c', 'd', 'e'];
/** Values repeat, so every key is searched; the positions of the keys overlap. */
const history = keys
  .flatMap((key, index) => simulate(seededDraw(index + 1), { operations: 1_000, clients: 4, values: 4, key }))
  .map((each, id) => ({ ...each, id }));
const wrong = history.find(({ id, input, outcome }) => id > 2_400 && input.f === 'read' && outcome === 'ok');
const planted = history.map((each): RegisterOperation =>
  each === wrong ? { ...each, output: { value: 99 } } : each,
);

/** A result without its functions. */
const plain = ({ verdict, reason, partitions }: CheckResult) => ({
  verdict,
  reason,
  partitions: partitions.map(({ violation, ...partition }) => ({
    ...partition,
    ...(violation && { ...violation, explain: undefined, says: violation.explain() }),
  })),
});

describe('keys on threads', () => {
  test('get the verdicts, orders and explanations that they get one after the other', async () => {
    for (const operations of [history, planted]) {
      const options = { engine: 'search', threads: 2, stepsAtOnce: 0 } as const;
      const beside = await checkOperationsInWorkers(source, operations, options);
      expect(plain(beside)).toEqual(plain(checkOperations(model, operations, options)));
      expect(beside.partitions.map(({ key }) => key)).toEqual(keys);
    }
  });

  test('give the same if most are decided without a thread', async () => {
    const easy = keys
      .flatMap((key, index) => simulate(seededDraw(index + 1), { operations: 1_000, clients: 4, key }))
      .map((each, id) => ({ ...each, id }));
    for (const operations of [easy, history, planted]) {
      const beside = await checkOperationsInWorkers(source, operations, { threads: 2 });
      expect(plain(beside)).toEqual(plain(checkOperations(model, operations)));
    }
  });

  test('stop when the caller says so', async () => {
    const before = await checkOperationsInWorkers(source, history, {
      threads: 2,
      signal: AbortSignal.abort(),
    });
    expect(before).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringMatching(/^key a: the caller stopped the search/),
    });
    // Hundreds of swaps open at once, and a read that none of them explains: a long search.
    const endless = keys.flatMap((key, place) =>
      Array.from({ length: 401 }, (_, index): RegisterOperation => {
        const id = place * 1_000 + index;
        const open = { id, process: id, outcome: 'ok', call: index, return: 1_000 } as const;
        if (index === 400)
          return { ...open, input: { f: 'read', key }, output: { value: 9_999 }, return: 900 };
        return {
          ...open,
          input: { f: 'cas', key, from: index % 40, to: (index * 7) % 40 },
          output: { swapped: true },
        };
      }),
    );
    const aborting = new AbortController();
    const running = checkOperationsInWorkers(source, endless, {
      threads: 2,
      engine: 'search',
      stepsAtOnce: 0,
      signal: aborting.signal,
      budget: { steps: 1e12, bytes: 1e12 },
    });
    // The check has begun, and its threads cannot have: how fast a machine is decides nothing here.
    aborting.abort();
    expect(await running).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringMatching(/the caller stopped the search/),
    });
  });

  test('have their budget each', async () => {
    const result = await checkOperationsInWorkers(source, history, {
      threads: 2,
      engine: 'search',
      stepsAtOnce: 0,
      budget: { steps: 100 },
    });
    expect(result.partitions.map(({ verdict }) => verdict)).toEqual(keys.map(() => 'undecided'));
  });

  test('need a model that can be named', async () => {
    const nowhere = { module: 'porcupine-ts', export: 'bruteForces' };
    await expect(checkOperationsInWorkers(nowhere, history)).rejects.toThrow(
      'porcupine-ts exports no model under the name bruteForces',
    );
  });
});
