/** A register's history as arrays: what each operation sees and what it leaves, with values as small integers. */
import { deadline, HistoryError, type Operation, type Outcome } from '../operation.ts';
import type { RegisterAction, RegisterValue, RegisterView } from './register-view.ts';
import { ValueNumbers } from './value-numbers.ts';

/** In place of an operation or a value: there is none. */
export const none = -1;
/** The value that the register holds at first is always number 0. */
export const initialValue = 0;

/** How an operation ended, as `Actions.outcome` has it. */
export const outcomeNumbers = { ok: 0, info: 1, fail: 2 } as const satisfies Record<Outcome, number>;

export interface Actions {
  /** The operations, by call; everything below is indexed as they are. Only explanations look at them. */
  readonly operations: readonly Operation<unknown, unknown>[];
  /** By number; only explanations look at them. */
  readonly values: readonly RegisterValue[];
  readonly valueCount: number;
  /** As `outcomeNumbers` says. */
  readonly outcome: Uint8Array;
  /** The value an operation needs to find: what it read or compared with. `none` for a write. */
  readonly sees: Int32Array;
  /** The value it puts in place; `none` for a read. */
  readonly leaves: Int32Array;
  /** The value it certainly did not find, of an `ok` compare-and-set that tells no more; else `none`. `undefined` where all tell. */
  readonly misses: Int32Array | undefined;
  readonly call: Float64Array;
  /** Infinity where the operation may take effect at any later time. */
  readonly end: Float64Array;
  /** An `ok` compare-and-set that refused although it saw what it compared with, or `none`. */
  readonly contradiction: number;
  /** By value, a refused operation that would have left it. */
  readonly refused: ReadonlyMap<number, number>;
}

/** @param operations by call. */
export function readActions<Input, Output>(
  view: RegisterView<Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Actions {
  const count = operations.length;
  const outcome = new Uint8Array(count);
  const sees = new Int32Array(count).fill(none);
  const leaves = new Int32Array(count).fill(none);
  const call = new Float64Array(count);
  const end = new Float64Array(count);
  const numbers = new ValueNumbers(view.initial, count);
  const refused = new Map<number, number>();
  let misses: Int32Array | undefined;
  let contradiction = none;

  for (let index = 0; index < count; index++) {
    const operation = operations[index];
    if (operation === undefined) continue;
    call[index] = operation.call;
    end[index] = deadline(operation);
    outcome[index] = outcomeNumbers[operation.outcome];
    const known = operation.outcome === 'ok';
    const action = actionOf(view, operation);
    if (operation.outcome === 'fail') {
      const value = action.does === 'write' ? action.value : action.does === 'swap' ? action.to : undefined;
      if (value === undefined) continue;
      const number = numbers.numberOf(value);
      if (!refused.has(number)) refused.set(number, index);
      continue;
    }
    switch (action.does) {
      case 'read':
        if (known) sees[index] = numbers.numberOf(action.value);
        break;
      case 'write':
        leaves[index] = numbers.numberOf(action.value);
        break;
      case 'swap': {
        const from = numbers.numberOf(action.from);
        const to = numbers.numberOf(action.to);
        if (from !== to) leaves[index] = to;
        if (from !== to || known) sees[index] = from;
        break;
      }
      case 'mismatch':
        if (!known) break;
        misses ??= new Int32Array(count).fill(none);
        misses[index] = numbers.numberOf(action.expected);
        break;
      case 'contradict':
        if (known && contradiction === none) contradiction = index;
        break;
      case 'nothing':
        break;
    }
  }
  const { values } = numbers;
  return {
    operations,
    values,
    valueCount: values.length,
    outcome,
    sees,
    leaves,
    misses,
    call,
    end,
    contradiction,
    refused,
  };
}

/**
 * What the operation did, or would do if it takes effect.
 * @throws HistoryError where an `ok` operation that sees something does not have an answer.
 */
export function actionOf<Input, Output>(
  view: RegisterView<Input, Output>,
  { id, input, output, outcome }: Pick<Operation<Input, Output>, 'id' | 'input' | 'output' | 'outcome'>,
): RegisterAction {
  const known = outcome === 'ok';
  const action = view.action(input, known ? output : undefined);
  if (known && output === undefined && action.does !== 'write') {
    throw new HistoryError(
      'bad-output',
      `Operation ${id} is ok, but has no output: give what was answered, or record it as info.`,
    );
  }
  return action;
}

/** Reads an array of numbers where the index is known to be inside; the type system cannot know it, hence the fallback. */
export function at(array: Int32Array, index: number): number {
  return array[index] ?? none;
}

/** As `at`, for positions: one function for both kinds of arrays would be slower for either. */
export function timeAt(array: Float64Array, index: number): number {
  return array[index] ?? none;
}
