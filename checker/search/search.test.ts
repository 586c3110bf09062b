import { describe, expect, test } from '@jest/globals';
import { checkOperations } from '../check.ts';
import { seededDraw } from '../fuzz/draw.ts';
import { simulate } from '../fuzz/simulated-history.ts';
import { casRegister, type CasRegisterInput, type RegisterOutput } from '../models/register.ts';
import type { Operation } from '../operation.ts';

type RegisterOperation = Operation<CasRegisterInput<number>, RegisterOutput<number>>;

const model = casRegister<number>({ initial: 0 });
const key = 'x';

function write(call: number, value: number, outcome: 'ok' | 'info'): RegisterOperation {
  const known = outcome === 'ok';
  return {
    id: call,
    process: call,
    input: { f: 'write', key, value },
    output: known ? {} : undefined,
    call,
    return: known ? call + 1 : Infinity,
    outcome,
  };
}

function read(call: number, value: number): RegisterOperation {
  return { ...write(call, value, 'ok'), input: { f: 'read', key }, output: { value } };
}

describe('unknown operations of one kind', () => {
  const history = (secondCall: number) => [
    write(0, 1, 'info'),
    write(2, 2, 'ok'),
    read(4, 1),
    write(6, 2, 'ok'),
    read(8, 1),
    write(secondCall, 1, 'info'),
  ];

  test('stand for each other, but none takes effect before its call', () => {
    expect(checkOperations(model, history(7)).verdict).toBe('linearizable');
    expect(checkOperations(model, history(9)).verdict).toBe('linearizable');
    expect(checkOperations(model, history(10)).verdict).toBe('illegal');
  });
});

describe('few values', () => {
  test('of a real register always have an order', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const history = simulate(seededDraw(seed), {
        operations: 60,
        clients: 6,
        values: 3,
        readPercent: 50,
        infoPercent: seed % 3 === 0 ? 10 : 0,
        hidesSeen: seed % 2 === 0,
      });
      expect([seed, checkOperations(model, history).verdict]).toEqual([seed, 'linearizable']);
    }
  });
});
