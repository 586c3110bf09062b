/**
 * Histories of registers as columns: a typed array for each field instead of an object for each operation. A million operations are then a
 * handful of allocations, and cross to another thread without being copied one by one.
 */
import { type RegisterAction, type RegisterValue } from '../blocks/register-view.ts';
import type { CasRegisterInput, RegisterOutput } from '../models/register.ts';
import type { Operation, Outcome } from '../operation.ts';

export const outcomes: readonly Outcome[] = ['ok', 'info', 'fail'];
/** What each number in `action` means. */
export const actions: readonly RegisterAction['does'][] = [
  'nothing',
  'read',
  'write',
  'swap',
  'mismatch',
  'contradict',
];

/** Row `i` of all columns is one operation. Rows may be in any order. */
export interface RegisterColumns {
  readonly id: Float64Array;
  readonly process: Float64Array;
  readonly call: Float64Array;
  /** Read only where the outcome is `ok`. */
  readonly return: Float64Array;
  /** 0 `ok`, 1 `info`, 2 `fail`. */
  readonly outcome: Uint8Array;
  /** A place in `keys`. */
  readonly key: Uint32Array;
  readonly keys: readonly string[];
  /** 0 nothing that anyone could tell, 1 read, 2 write, 3 swap, 4 a compare-and-set that did not match and hid what it saw, 5 one that refused although it saw its `from`. */
  readonly action: Uint8Array;
  /** A place in `values`: what was read, written or compared with; 0 where there is none. */
  readonly value: Uint32Array;
  /** A place in `values`: what a swap leaves, or a refused compare-and-set would have left; 0 where there is none. */
  readonly swappedTo: Uint32Array;
  /** Each value once; the first is what registers hold before they are written. */
  readonly values: readonly RegisterValue[];
}

/** The operation of one row, as the models of registers know it. A compare-and-set that saw another value is the read that it was. */
export function operationAt(
  columns: RegisterColumns,
  row: number,
): Operation<CasRegisterInput<RegisterValue>, RegisterOutput<RegisterValue>> {
  const outcome = outcomes[columns.outcome[row] ?? 0] ?? 'ok';
  return {
    id: columns.id[row] ?? 0,
    process: columns.process[row] ?? 0,
    call: columns.call[row] ?? 0,
    return: outcome === 'ok' ? (columns.return[row] ?? 0) : Infinity,
    outcome,
    ...callAt(columns, row, outcome),
  };
}

function callAt(columns: RegisterColumns, row: number, outcome: Outcome) {
  const key = columns.keys[columns.key[row] ?? 0] ?? '';
  const value = columns.values[columns.value[row] ?? 0] ?? null;
  const to = columns.values[columns.swappedTo[row] ?? 0] ?? null;
  const answered = <Output>(output: Output) => (outcome === 'ok' ? output : undefined);
  const action = actions[columns.action[row] ?? 0] ?? 'nothing';
  switch (action) {
    case 'nothing':
      return { input: { f: 'read', key }, output: undefined } as const;
    case 'read':
      return { input: { f: 'read', key }, output: answered({ value }) } as const;
    case 'write':
      return { input: { f: 'write', key, value }, output: answered({}) } as const;
    case 'swap':
      return { input: { f: 'cas', key, from: value, to }, output: answered({ swapped: true }) } as const;
    case 'mismatch':
      return { input: { f: 'cas', key, from: value, to }, output: answered({ swapped: false }) } as const;
    case 'contradict':
      return {
        input: { f: 'cas', key, from: value, to },
        output: answered({ swapped: false, value }),
      } as const;
  }
}
