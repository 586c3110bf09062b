import { describe, expect, test } from '@jest/globals';
import { verifyOrder } from './certificate.ts';
import { checkOperations } from './check.ts';
import { seededDraw } from './fuzz/draw.ts';
import { simulate } from './fuzz/simulated-history.ts';
import { casRegister } from './models/register.ts';

const model = casRegister<number>({ initial: 0 });
const history = simulate(seededDraw(5), { operations: 200, clients: 4, infoPercent: 10, failPercent: 10 });
const order = checkOperations(model, history).partitions[0]?.order ?? [];

describe('a certificate', () => {
  test('of the checker is accepted', () => {
    expect(verifyOrder(model, history, order)).toBeUndefined();
  });

  test('is refused when an operation is missing, repeated or unknown', () => {
    expect(verifyOrder(model, history, order.slice(0, -1))).toMatch(/is missing/);
    expect(verifyOrder(model, history, [...order, order[0] ?? 0])).toMatch(/occurs twice/);
    expect(verifyOrder(model, history, [...order, 1_000_000])).toMatch(/is unknown/);
  });

  test('is refused when it counts a refused operation', () => {
    const refused = history.find(({ outcome }) => outcome === 'fail');
    expect(verifyOrder(model, history, [...order, refused?.id ?? 0])).toMatch(/was refused/);
  });

  test('is refused when an answer does not follow', () => {
    const key = 'x';
    const base = { process: 1, outcome: 'ok', return: 9 } as const;
    const operations = [
      { ...base, id: 1, call: 1, input: { f: 'write', key, value: 5 }, output: {} },
      { ...base, id: 2, call: 2, input: { f: 'read', key }, output: { value: 5 } },
    ] as const;
    expect(verifyOrder(model, operations, [1, 2])).toBeUndefined();
    expect(verifyOrder(model, operations, [2, 1])).toMatch(/answer of operation 2 does not follow/);
  });

  test('is refused when it turns time around', () => {
    const key = 'x';
    const base = { process: 1, outcome: 'ok', output: {} } as const;
    const operations = [
      { ...base, id: 1, call: 1, return: 2, input: { f: 'write', key, value: 5 } },
      { ...base, id: 2, call: 3, return: 4, input: { f: 'write', key, value: 6 } },
    ] as const;
    expect(verifyOrder(model, operations, [1, 2])).toBeUndefined();
    expect(verifyOrder(model, operations, [2, 1])).toMatch(/operation 1 ended before/);
  });
});
