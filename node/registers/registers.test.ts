import { describe, expect, test } from '@jest/globals';
import type { Operation, SessionKey } from './command.ts';
import { decodeCommand, encodeCommand } from './command.ts';
import { Registers } from './registers.ts';
import type { SessionLimits } from './sessions.ts';

class Script {
  readonly registers: Registers;
  #index = 0;

  constructor(limits?: SessionLimits) {
    this.registers = new Registers(limits);
  }

  apply(operation: Operation, session: SessionKey | null = null): unknown {
    this.#index += 1;
    const command = encodeCommand({ life: 1, request: this.#index, session, operation });
    return this.registers.apply({ index: this.#index, term: 1, payload: { kind: 'command', command } })
      ?.answer;
  }
}

const write = (value: string): Operation => ({ kind: 'write', key: 'x', value });
const cas = (from: string | null, to: string): Operation => ({ kind: 'cas', key: 'x', from, to });
const key = (client: string, number: number): SessionKey => ({ client, number });

describe('registers', () => {
  test('write and compare-and-set', () => {
    const script = new Script();
    expect(script.registers.read('x')).toBeNull();
    expect(script.apply(cas('a', 'b'))).toEqual({ kind: 'not-swapped', value: null });
    expect(script.apply(cas(null, 'a'))).toEqual({ kind: 'swapped' });
    expect(script.apply(write('b'))).toEqual({ kind: 'written' });
    expect(script.apply(cas('a', 'c'))).toEqual({ kind: 'not-swapped', value: 'b' });
    expect(script.registers.read('x')).toBe('b');
    expect(script.registers.appliedIndex).toBe(4);
  });

  test('equal entries make equal hashes; another entry, or another order, does not', () => {
    const hash = (...operations: Operation[]): string => {
      const script = new Script();
      for (const operation of operations) script.apply(operation);
      return script.registers.appliedHash;
    };
    expect(hash(write('a'), write('b'))).toBe(hash(write('a'), write('b')));
    expect(hash(write('a'), write('b'))).not.toBe(hash(write('b'), write('a')));
    expect(hash(write('a'), write('b'))).not.toBe(hash(write('c'), write('b')));
  });

  test('commands survive their encoding', () => {
    for (const operation of [write('ü'), cas(null, ''), cas('', 'x')]) {
      for (const session of [null, key('client', Number.MAX_SAFE_INTEGER)]) {
        const command = { life: 7, request: 9, session, operation };
        expect(decodeCommand(encodeCommand(command))).toEqual(command);
      }
    }
  });
});

describe('sessions', () => {
  test('a request that comes twice takes effect once, and is answered the same', () => {
    const script = new Script();
    expect(script.apply(cas(null, 'a'), key('c', 1))).toEqual({ kind: 'swapped' });
    script.apply(write('b'));
    expect(script.apply(cas(null, 'a'), key('c', 1))).toEqual({ kind: 'swapped' });
    expect(script.registers.read('x')).toBe('b');
    // Without the key it would have been another request.
    expect(script.apply(cas(null, 'a'))).toEqual({ kind: 'not-swapped', value: 'b' });
  });

  test('a comparison that did not match is remembered too', () => {
    const script = new Script();
    expect(script.apply(cas('a', 'b'), key('c', 1))).toEqual({ kind: 'not-swapped', value: null });
    script.apply(write('a'));
    expect(script.apply(cas('a', 'b'), key('c', 1))).toEqual({ kind: 'not-swapped', value: null });
    expect(script.registers.read('x')).toBe('a');
  });

  test('a lower number never takes effect; numbers may skip; clients do not share them', () => {
    const script = new Script();
    script.apply(write('a'), key('c', 5));
    expect(script.apply(write('late'), key('c', 4))).toEqual({ kind: 'superseded' });
    expect(script.registers.read('x')).toBe('a');
    expect(script.apply(write('b'), key('c', 50))).toEqual({ kind: 'written' });
    expect(script.apply(write('d'), key('d', 4))).toEqual({ kind: 'written' });
    expect(script.registers.read('x')).toBe('d');
  });

  test('the client whose last request is oldest is forgotten first, by number and by bytes', () => {
    const few = new Script({ maxClients: 2, maxBytes: 1_000_000 });
    few.apply(write('a'), key('one', 1));
    few.apply(write('b'), key('two', 1));
    few.apply(write('c'), key('one', 2));
    few.apply(write('d'), key('three', 1));
    expect(few.apply(write('again'), key('one', 2))).toEqual({ kind: 'written' });
    expect(few.registers.read('x')).toBe('d');
    few.apply(write('again'), key('two', 1));
    expect(few.registers.read('x')).toBe('again');

    const small = new Script({ maxClients: 100, maxBytes: 1_000 });
    small.apply(write('v'.repeat(700)));
    small.apply(cas(null, 'a'), key('one', 1));
    small.apply(cas(null, 'a'), key('two', 1));
    expect(small.apply(cas('v'.repeat(700), 'b'), key('two', 1))).toMatchObject({ kind: 'not-swapped' });
    expect(small.apply(cas('v'.repeat(700), 'b'), key('one', 1))).toEqual({ kind: 'swapped' });
  });
});
