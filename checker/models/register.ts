/** A map of independent registers with read, write and compare-and-set. */
import { type RegisterAction, type RegisterValue, sameValue } from '../blocks/register-view.ts';
import type { Model } from '../model.ts';
import { HistoryError } from '../operation.ts';

export interface ReadInput {
  readonly f: 'read';
  readonly key: string;
}
export interface WriteInput<Value extends RegisterValue> {
  readonly f: 'write';
  readonly key: string;
  readonly value: Value;
}
export interface CasInput<Value extends RegisterValue> {
  readonly f: 'cas';
  readonly key: string;
  readonly from: Value;
  readonly to: Value;
}
export type RegisterInput<Value extends RegisterValue> = ReadInput | WriteInput<Value>;
export type CasRegisterInput<Value extends RegisterValue> = RegisterInput<Value> | CasInput<Value>;

/** A read answers `{value}`, a compare-and-set `{swapped}` and, where it tells what it saw, `{swapped: false, value}`; a write `{}`. */
export interface RegisterOutput<Value extends RegisterValue> {
  readonly value?: Value;
  readonly swapped?: boolean;
}

export interface RegisterOptions<Value extends RegisterValue> {
  /** What a register holds before its first write. */
  readonly initial: Value;
}

/** Registers with reads and writes, one for each key. */
export function register<Value extends RegisterValue = string | null>(
  options: RegisterOptions<NoInfer<Value>>,
): Model<Value, RegisterInput<Value>, RegisterOutput<Value>> {
  return { ...casRegister<Value>(options), name: 'register' };
}

/** Registers with reads, writes and compare-and-set, one for each key. */
export function casRegister<Value extends RegisterValue = string | null>(
  options: RegisterOptions<NoInfer<Value>>,
): Model<Value, CasRegisterInput<Value>, RegisterOutput<Value>> {
  return {
    name: 'cas-register',
    init: () => options.initial,
    partition: (input) => input.key,
    readOnly: (input) => input.f === 'read',
    step: (state, input, output) => nextState(state, registerAction(input, output), input),
    register: { initial: options.initial, action: registerAction },
    describeOperation,
    describeState: (state) => JSON.stringify(state),
  };
}

function nextState<Value extends RegisterValue>(
  state: Value,
  action: RegisterAction,
  input: CasRegisterInput<Value>,
): Value | undefined {
  switch (action.does) {
    case 'read':
      return sameValue(state, action.value) ? state : undefined;
    case 'write':
      return input.f === 'write' ? input.value : undefined;
    case 'swap':
      return input.f === 'cas' && sameValue(state, action.from) ? input.to : undefined;
    case 'mismatch':
      return sameValue(state, action.expected) ? undefined : state;
    case 'contradict':
      return undefined;
    case 'nothing':
      return state;
  }
}

function registerAction<Value extends RegisterValue>(
  input: CasRegisterInput<Value>,
  output: RegisterOutput<Value> | undefined,
): RegisterAction {
  switch (input.f) {
    case 'write':
      return { does: 'write', value: input.value };
    case 'read':
      if (output === undefined) return { does: 'nothing' };
      if (output.value === undefined) throw missing('read', input.key, 'value');
      return { does: 'read', value: output.value };
    case 'cas':
      return casAction(input, output);
  }
}

function casAction<Value extends RegisterValue>(
  input: CasInput<Value>,
  output: RegisterOutput<Value> | undefined,
): RegisterAction {
  const { from, to } = input;
  if (output === undefined) return { does: 'swap', from, to };
  if (output.swapped === undefined) throw missing('compare-and-set', input.key, 'swapped');
  if (output.swapped) return { does: 'swap', from, to };
  if (output.value === undefined) return { does: 'mismatch', expected: from };
  if (sameValue(output.value, from)) return { does: 'contradict', expected: from };
  return { does: 'read', value: output.value };
}

function missing(operation: string, key: string, field: string): HistoryError {
  return new HistoryError(
    'bad-output',
    `A ${operation} of key ${JSON.stringify(key)} is ok, but its output has no "${field}": give it, or record the operation as info.`,
  );
}

function describeOperation<Value extends RegisterValue>(
  input: CasRegisterInput<Value>,
  output: RegisterOutput<Value> | undefined,
): string {
  const show = (value: Value | undefined) => (value === undefined ? '?' : JSON.stringify(value));
  switch (input.f) {
    case 'read':
      return `read → ${show(output?.value)}`;
    case 'write':
      return `write ${show(input.value)}`;
    case 'cas': {
      const answer =
        output === undefined
          ? '?'
          : output.swapped === true
            ? 'swapped'
            : output.value === undefined
              ? 'not swapped'
              : `not swapped, saw ${show(output.value)}`;
      return `cas ${show(input.from)} to ${show(input.to)} → ${answer}`;
    }
  }
}
