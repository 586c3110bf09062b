import { describe, expect, test } from '@jest/globals';
import { checkRegisters, type LiveViolation, type RegisterEvent, registersMonitor } from './index.ts';

const write = (index: number, process: number, key: string, value: string, type: 'invoke' | 'ok' | 'info') =>
  ({ index, process, key, f: 'write', type, value }) satisfies RegisterEvent;
const read = (index: number, process: number, key: string, value?: string | null): RegisterEvent =>
  value === undefined
    ? { index, process, key, f: 'read', type: 'invoke', value: null }
    : { index, process, key, f: 'read', type: 'ok', value };

/** A stale read on key x ends at line 9; key y is in order. */
const stale: readonly RegisterEvent[] = [
  write(0, 0, 'x', 'a', 'invoke'),
  write(1, 1, 'y', 'b', 'invoke'),
  write(2, 0, 'x', 'a', 'ok'),
  write(3, 1, 'y', 'b', 'info'),
  read(4, 2, 'y'),
  read(5, 0, 'x'),
  read(6, 2, 'y', 'b'),
  read(7, 0, 'x', 'a'),
  read(8, 0, 'x'),
  read(9, 0, 'x', null),
  read(10, 0, 'x'),
  read(11, 0, 'x', null),
];

function watch(events: readonly RegisterEvent[]): LiveViolation[] {
  const monitor = registersMonitor();
  return events.flatMap((event) => monitor.see(event) ?? []);
}

describe('the monitor of registers', () => {
  test('reports once, at the very event after which no order is left', () => {
    expect(watch(stale)).toEqual([{ key: 'x', event: 9, operation: 8 }]);
  });

  test('agrees with a check of what was recorded by then, and before', () => {
    expect(checkRegisters(stale.slice(0, 10)).verdict).toBe('illegal');
    expect(checkRegisters(stale.slice(0, 9)).verdict).toBe('linearizable');
    expect(checkRegisters(stale).verdict).toBe('illegal');
  });

  test('is silent where an order exists, whatever the unknown write does', () => {
    expect(watch(stale.slice(0, 8))).toEqual([]);
  });

  test('refuses a completion without an invocation, as the check does', () => {
    expect(() => watch([read(0, 7, 'x', null)])).toThrow(
      'line 0: process 7 completes an operation that it did not invoke',
    );
  });
});
