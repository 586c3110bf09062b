/** A register's history as arrays: what each operation sees and what it leaves, with values as small integers. */
import { deadline, HistoryError, type Operation } from '../operation.ts';
import type { RegisterAction, RegisterValue, RegisterView } from './register-view.ts';

/** In place of an operation or a value: there is none. */
export const none = -1;
/** The value that the register holds at first is always number 0. */
export const initialValue = 0;

export interface Actions {
  /** The operations, by call; everything below is indexed as they are. */
  readonly operations: readonly Operation<unknown, unknown>[];
  readonly values: readonly RegisterValue[];
  /** The value an operation needs to find: what it read or compared with. `none` for a write. */
  readonly sees: Int32Array;
  /** The value it puts in place; `none` for a read. */
  readonly leaves: Int32Array;
  /** The value it certainly did not find, of an `ok` compare-and-set that tells no more; else `none`. */
  readonly misses: Int32Array;
  readonly call: Float64Array;
  /** Infinity where the operation may take effect at any later time. */
  readonly end: Float64Array;
  /** An `ok` compare-and-set that refused although it saw what it compared with, or `none`. */
  readonly contradiction: number;
  /** For each value, a refused operation that would have left it, or `none`. */
  readonly refused: Int32Array;
  /** Whether some `ok` operation tells only what it did not see. */
  readonly hasMismatch: boolean;
}

/** @param operations by call. */
export function readActions<Input, Output>(
  view: RegisterView<Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Actions {
  const count = operations.length;
  const sees = new Int32Array(count).fill(none);
  const leaves = new Int32Array(count).fill(none);
  const misses = new Int32Array(count).fill(none);
  const call = new Float64Array(count);
  const end = new Float64Array(count);
  const numbers = new Map<RegisterValue, number>([[view.initial, initialValue]]);
  const values: RegisterValue[] = [view.initial];
  const refusals: { value: number; operation: number }[] = [];
  let contradiction = none;
  let hasMismatch = false;

  const numberOf = (value: RegisterValue) => {
    let number = numbers.get(value);
    if (number === undefined) {
      number = values.push(value) - 1;
      numbers.set(value, number);
    }
    return number;
  };
  for (let index = 0; index < count; index++) {
    const operation = operations[index];
    if (operation === undefined) continue;
    call[index] = operation.call;
    end[index] = deadline(operation);
    const known = operation.outcome === 'ok';
    const action = actionOf(view, operation);
    if (operation.outcome === 'fail') {
      const value = action.does === 'write' ? action.value : action.does === 'swap' ? action.to : undefined;
      if (value !== undefined) refusals.push({ value: numberOf(value), operation: index });
      continue;
    }
    switch (action.does) {
      case 'read':
        if (known) sees[index] = numberOf(action.value);
        break;
      case 'write':
        leaves[index] = numberOf(action.value);
        break;
      case 'swap': {
        const from = numberOf(action.from);
        const to = numberOf(action.to);
        if (from !== to) leaves[index] = to;
        if (from !== to || known) sees[index] = from;
        break;
      }
      case 'mismatch':
        if (known) {
          misses[index] = numberOf(action.expected);
          hasMismatch = true;
        }
        break;
      case 'contradict':
        if (known && contradiction === none) contradiction = index;
        break;
      case 'nothing':
        break;
    }
  }
  const refused = new Int32Array(values.length).fill(none);
  for (const { value, operation } of refusals) if (refused[value] === none) refused[value] = operation;
  return { operations, values, sees, leaves, misses, call, end, contradiction, refused, hasMismatch };
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

/** Reads a typed array where the index is known to be inside; the type system cannot know it, hence the fallback. */
export function at(array: Int32Array | Float64Array, index: number): number {
  return array[index] ?? none;
}
