import { describe, expect, test } from '@jest/globals';
import { OwnRegister } from './own-register.ts';

describe('a register that one client writes', () => {
  test('holds nothing first, then what was acknowledged last', () => {
    const register = new OwnRegister();
    expect(register.mayHold(null)).toBe(true);
    expect(register.mayHold('a')).toBe(false);
    register.wrote('a', 'ok');
    register.wrote('b', 'ok');
    expect(register.mayHold('b')).toBe(true);
    expect(register.mayHold('a')).toBe(false);
    expect(register.mayHold(null)).toBe(false);
  });

  test('never holds what was refused', () => {
    const register = new OwnRegister();
    register.wrote('a', 'ok');
    register.wrote('b', 'refused');
    expect(register.mayHold('b')).toBe(false);
    expect(register.mayHold('a')).toBe(true);
  });

  test('may hold a write of unknown outcome, late too, but nothing older once it was seen', () => {
    const register = new OwnRegister();
    register.wrote('a', 'ok');
    register.wrote('b', 'unknown');
    expect(register.mayHold('a')).toBe(true);
    register.wrote('c', 'ok');
    expect(register.mayHold('a')).toBe(false);
    expect(register.mayHold('b')).toBe(true);
    register.saw('b');
    expect(register.mayHold('b')).toBe(true);
    expect(register.mayHold('c')).toBe(false);
  });
});
