import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bruteForce } from '../brute-force.ts';
import { checkOperations } from '../check.ts';
import { initialNumber, type RegisterOperation, smallHistory } from '../fuzz/small-history.ts';
import { queue, type QueueInput, type QueueOutput } from '../models/queue.ts';
import { casRegister } from '../models/register.ts';
import type { Operation } from '../operation.ts';

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

  test('shows the end of a long history, up to where it breaks', () => {
    const pairs = Array.from({ length: 200 }, (_, index) => [
      enqueue(index * 4, String(index)),
      dequeue(index * 4 + 2, String(index)),
    ]).flat();
    const history = [...pairs, dequeue(800, 'x'), enqueue(802, 'y')];
    const violation = checkOperations(queue(), history).partitions[0]?.violation;
    expect(violation?.core).toHaveLength(20);
    expect(violation?.core.at(-1)).toBe(800);
    expect(violation?.explain()).toMatch(/explains the answer of process 800: dequeue → "x"/);
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
