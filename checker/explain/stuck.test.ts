import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bruteForce } from '../brute-force.ts';
import { checkOperations } from '../check.ts';
import { seededDraw } from '../fuzz/draw.ts';
import { simulate } from '../fuzz/simulated-history.ts';
import { initialNumber, type RegisterOperation, smallHistory } from '../fuzz/small-history.ts';
import { queue, type QueueInput, type QueueOutput } from '../models/queue.ts';
import { casRegister } from '../models/register.ts';
import type { Operation } from '../operation.ts';
import { Allowance } from '../search/budget.ts';
import { search } from '../search/search.ts';

const key = 'jobs';
const enqueue = (call: number, value: string): Operation<QueueInput, QueueOutput> => ({
  id: call,
  process: call,
  input: { f: 'enqueue', key, value },
  output: {},
  call,
  return: call + 1,
  outcome: 'ok',
});
const dequeue = (call: number, value: string | null): Operation<QueueInput, QueueOutput> => ({
  ...enqueue(call, ''),
  input: { f: 'dequeue', key },
  output: { value },
});

describe('a violation that the search found', () => {
  test('is shrunk to the answers that contradict each other', () => {
    const history = [
      enqueue(0, 'a'),
      enqueue(2, 'b'),
      enqueue(4, 'c'),
      dequeue(6, 'b'),
      enqueue(8, 'd'),
      dequeue(10, 'a'),
    ];
    const violation = checkOperations(queue(), history).partitions[0]?.violation;
    expect(violation).toMatchObject({ anomaly: 'no order', core: [0, 6] });
    expect(violation?.explain()).toBe(
      'No order of the operations on key jobs explains these answers together, whenever the others took effect: process 0: enqueue "a" (began at 0, ended at 1); process 6: dequeue → "b" (began at 6, ended at 7).',
    );
  });

  describe('in a long history', () => {
    /** One after the other: an element goes in and comes out again. */
    const pairs = (count: number) =>
      Array.from({ length: count }, (_, index) => [
        enqueue(index * 4, String(index)),
        dequeue(index * 4 + 2, String(index)),
      ]).flat();
    const unknown = <Input, Output>(operation: Operation<Input, Output>): Operation<Input, Output> => ({
      ...operation,
      outcome: 'info',
      output: undefined,
      return: Infinity,
    });

    test('is shrunk all the same, from its end', () => {
      const history = [
        ...pairs(500),
        ...[enqueue(8_000, 'a'), enqueue(8_002, 'b'), dequeue(8_004, 'b'), dequeue(8_006, 'a')],
        ...pairs(50).map((each) => ({ ...each, id: each.id + 9_000, call: each.call + 9_000, return: each.return + 9_000 })),
      ]; // prettier-ignore
      const violation = checkOperations(queue(), history).partitions[0]?.violation;
      const { core = [], support = [] } = violation ?? {};
      // What comes after the break has no part in it, and what comes long before is not shown.
      expect(core.slice(-2)).toEqual([8_000, 8_004]);
      expect(core.length).toBeLessThan(24);
      const named = new Set([...core, ...support]);
      const others = history.map((each) => (named.has(each.id) ? each : unknown(each)));
      const allowance = new Allowance({ steps: 50_000, bytes: 1e9 }, undefined);
      expect(search(queue(), others, allowance).kind).toBe('illegal');
    });

    test('ends within its effort where a search would be endless, and says what it takes for granted', () => {
      const model = casRegister<number>({ initial: initialNumber });
      // Values repeat, so every weakened write may be what a read saw.
      const history = simulate(seededDraw(5), { operations: 3_000, clients: 5, values: 4 });
      const reads = history.filter(({ input, outcome }) => input.f === 'read' && outcome === 'ok');
      const wrong = reads[800];
      const planted = history.map((each) => (each === wrong ? { ...each, output: { value: 4 } } : each));
      const violation = checkOperations(model, planted, { engine: 'search' }).partitions[0]?.violation;
      expect(violation?.core).toContain(wrong?.id);
      expect(violation?.core.length).toBeLessThan(10);
      expect(violation?.explain()).toMatch(/^No order of the operations on key x explains/);
    });
  });

  test('has a core that is illegal whatever the others did, and legal without any one of it', () => {
    const model = casRegister<number>({ initial: initialNumber });
    const unknown = (operation: RegisterOperation): RegisterOperation =>
      operation.outcome === 'fail' ? operation : { ...operation, outcome: 'info', output: undefined };
    let shrunk = 0;
    fc.assert(
      fc.property(fc.gen(), (generate) => {
        const history = smallHistory((below) => generate(fc.nat, { max: below - 1 }), 8);
        const violation = checkOperations(model, history, { engine: 'search' }).partitions[0]?.violation;
        if (violation === undefined) return;
        shrunk++;
        const { core } = violation;
        const only = (ids: readonly number[]) =>
          bruteForce(
            model,
            history.map((operation) => (ids.includes(operation.id) ? operation : unknown(operation))),
          );
        expect(only(core)).toBe(false);
        for (const id of core) expect(only(core.filter((other) => other !== id))).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(shrunk).toBeGreaterThan(100);
  });
});
