import { describe, expect, test } from '@jest/globals';
import { checkRegisters, toOperations, type RegisterEvent } from './index.ts';

type Line = RegisterEvent extends infer E
  ? E extends RegisterEvent
    ? Omit<E, 'index' | 'key'>
    : never
  : never;
const history = (...lines: Line[]): RegisterEvent[] =>
  lines.map((line, index) => ({ ...line, index, key: 'x' }));
const write = (process: number, value: string, type: 'invoke' | 'ok' | 'fail' | 'info'): Line => ({
  process,
  f: 'write',
  type,
  value,
});
const readAsked = (process: number): Line => ({ process, f: 'read', type: 'invoke', value: null });
const readSaw = (process: number, value: string | null): Line => ({ process, f: 'read', type: 'ok', value });

describe('operations', () => {
  test('have the positions of their lines, and none to end at where their outcome is unknown', () => {
    const operations = toOperations(
      history(
        write(0, 'a', 'invoke'),
        readAsked(1),
        write(0, 'a', 'info'),
        readSaw(1, 'a'),
        write(2, 'b', 'invoke'),
      ),
    );
    expect(
      operations.map(({ id, process, call, return: end, outcome }) => ({ id, process, call, end, outcome })),
    ).toEqual([
      { id: 0, process: 0, call: 0, end: Infinity, outcome: 'info' },
      { id: 1, process: 1, call: 1, end: 3, outcome: 'ok' },
      { id: 4, process: 2, call: 4, end: Infinity, outcome: 'info' },
    ]);
  });

  test('are refused where a completion has no invocation', () => {
    expect(() => toOperations(history(write(0, 'a', 'ok')))).toThrow(
      'line 0: process 0 completes an operation that it did not invoke',
    );
  });
});

describe('registers', () => {
  test('an unknown write may be seen, late or never', () => {
    const seen = history(
      write(0, 'a', 'invoke'),
      write(0, 'a', 'info'),
      readAsked(1),
      readSaw(1, null),
      readAsked(1),
      readSaw(1, 'a'),
    );
    expect(checkRegisters(seen).verdict).toBe('linearizable');
  });

  test('a stale read is a violation', () => {
    const stale = history(write(0, 'a', 'invoke'), write(0, 'a', 'ok'), readAsked(1), readSaw(1, null));
    expect(checkRegisters(stale).verdict).toBe('illegal');
  });

  test('a refused write that is read later is a violation', () => {
    const aborted = history(write(0, 'a', 'invoke'), write(0, 'a', 'fail'), readAsked(1), readSaw(1, 'a'));
    const result = checkRegisters(aborted);
    expect(result.verdict).toBe('illegal');
    expect(result.partitions[0]?.violation?.anomaly).toBe('aborted read');
  });

  test('a comparison that did not match is checked like a read', () => {
    const lines = (saw: string): RegisterEvent[] =>
      history(
        write(0, 'a', 'invoke'),
        write(0, 'a', 'ok'),
        { process: 1, f: 'cas', type: 'invoke', value: { from: 'z', to: 'b' } },
        { process: 1, f: 'cas', type: 'ok', value: { swapped: false, value: saw } },
      );
    expect(checkRegisters(lines('a')).verdict).toBe('linearizable');
    expect(checkRegisters(lines('q')).verdict).toBe('illegal');
  });
});
