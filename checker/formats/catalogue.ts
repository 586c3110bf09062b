/** Which recorded words mean what to which model: from a file's history to a model's operations. */
import { checkOperations, checkOperationsVerbose, type CheckOptions } from '../check.ts';
import type { Model, ModelState } from '../model.ts';
import { kv, type KvInput, type KvOutput } from '../models/kv.ts';
import {
  listAppend,
  type ListAppendInput,
  type ListAppendOutput,
  type ListValue,
} from '../models/list-append.ts';
import {
  type MicroOperation,
  multiRegister,
  type MultiRegisterInput,
  type MultiRegisterOutput,
} from '../models/multi-register.ts';
import { mutex, type MutexInput } from '../models/mutex.ts';
import { queue, type QueueInput, type QueueOutput } from '../models/queue.ts';
import {
  casRegister,
  type CasRegisterInput,
  register,
  type RegisterInput,
  type RegisterOutput,
} from '../models/register.ts';
import { set, type SetInput, type SetOutput } from '../models/set.ts';
import { HistoryError, type Operation } from '../operation.ts';
import type { CheckResult, VerboseResult } from '../result.ts';
import { atEvent, type RecordedCall } from './event.ts';
import type { RegisterReader } from './read-columns.ts';

/** A model that knows how recorded histories speak of it. */
export interface Subject {
  check(history: readonly Operation<RecordedCall, unknown>[], options?: CheckOptions): CheckResult;
  checkVerbose(history: readonly Operation<RecordedCall, unknown>[], options?: CheckOptions): VerboseResult;
  /** For models that are registers: how a history is read into columns. */
  readonly reader?: RegisterReader;
  /** How one operation reads to a person. */
  describe(operation: Operation<RecordedCall, unknown>): string;
}

type Scalar = string | number | boolean;
type Value = Scalar | null;

/** By the name that the command line knows them by. */
export const catalogue: Readonly<Record<string, Subject>> = {
  register: subject(register<Value>({ initial: null }), plainRegisterInput, registerOutput),
  'cas-register': subject(casRegister<Value>({ initial: null }), casRegisterInput, registerOutput),
  kv: subject(kv(), kvInput, (call, answer): KvOutput =>
    call.f === 'get' ? { value: answer === null ? null : text(call, answer) } : {},
  ),
  'list-append': subject(listAppend(), listAppendInput, (call, answer): ListAppendOutput =>
    call.f === 'read' ? { value: answer === null ? [] : list(call, answer) } : {},
  ),
  queue: subject(queue(), queueInput, (call, answer): QueueOutput =>
    call.f === 'dequeue' ? { value: answer === null ? null : element(call, answer) } : {},
  ),
  set: subject(set(), setInput, (call, answer): SetOutput =>
    call.f === 'read'
      ? { value: list(call, answer) }
      : call.f === 'contains'
        ? { contains: answer === true }
        : {},
  ),
  mutex: subject(mutex(), mutexInput, () => ({})),
  'multi-register': subject(
    multiRegister<Scalar>(),
    transaction,
    (call, answer): MultiRegisterOutput<Scalar> => ({ value: microOperations(call, answer) }),
  ),
};

function subject<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  input: (call: RecordedCall) => Input,
  output: (call: RecordedCall, answer: unknown) => Output,
): Subject {
  const translate = (operation: Operation<RecordedCall, unknown>): Operation<Input, Output> =>
    atEvent(operation.id, () => ({
      ...operation,
      input: input(operation.input),
      output: operation.outcome === 'ok' ? output(operation.input, operation.output) : undefined,
    }));
  const view = model.register;
  return {
    ...(view && {
      reader: {
        initial: view.initial,
        action: (call, answered) => view.action(input(call), answered && output(call, answered.answer)),
      },
    }),
    check: (history, options) => checkOperations(model, history.map(translate), options),
    checkVerbose: (history, options) => checkOperationsVerbose(model, history.map(translate), options),
    describe: (operation) => {
      const translated = translate(operation);
      return model.describeOperation?.(translated.input, translated.output) ?? operation.input.f;
    },
  };
}

const keyOf = (call: RecordedCall) => call.key ?? '';

function unknown(call: RecordedCall, wanted: string): HistoryError {
  return new HistoryError(
    'bad-input',
    `an operation is ${call.f} with the value ${JSON.stringify(call.value)}; this model knows ${wanted}.`,
  );
}

function scalar(call: RecordedCall, value: unknown): Value {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  throw unknown(call, 'strings, numbers, booleans and null as values');
}

function text(call: RecordedCall, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw unknown(call, 'strings and numbers as values');
}

function element(call: RecordedCall, value: unknown): ListValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw unknown(call, 'strings and numbers as elements');
}

function list(call: RecordedCall, value: unknown): readonly ListValue[] {
  if (!Array.isArray(value)) throw unknown(call, 'lists as what a read answers');
  return value.map((each) => element(call, each));
}

/** A compare-and-set is `{"from", "to"}`, or `[from to]` as Jepsen writes it. */
function casRegisterInput(call: RecordedCall): CasRegisterInput<Value> {
  if (call.f !== 'cas') return plainRegisterInput(call);
  const [from, to] = pairOf(call.value);
  if (from === undefined || to === undefined) throw unknown(call, 'cas from one value to another');
  return { f: 'cas', key: keyOf(call), from: scalar(call, from), to: scalar(call, to) };
}

function pairOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null && 'from' in value && 'to' in value) {
    return [value.from, value.to];
  }
  return [];
}

function plainRegisterInput(call: RecordedCall): RegisterInput<Value> {
  const key = keyOf(call);
  if (call.f === 'read') return { f: 'read', key };
  if (call.f === 'write') return { f: 'write', key, value: scalar(call, call.value) };
  throw unknown(call, 'read and write, and if it is the cas-register, cas');
}

/** Where the answer of a compare-and-set does not say otherwise, `ok` means that it swapped. */
function registerOutput(call: RecordedCall, answer: unknown): RegisterOutput<Value> {
  if (call.f === 'read') return { value: scalar(call, answer) };
  if (call.f !== 'cas') return {};
  if (typeof answer !== 'object' || answer === null || !('swapped' in answer)) return { swapped: true };
  const seen = 'value' in answer && answer.value !== undefined ? { value: scalar(call, answer.value) } : {};
  return { swapped: answer.swapped === true, ...seen };
}

function kvInput(call: RecordedCall): KvInput {
  const key = keyOf(call);
  switch (call.f) {
    case 'get':
    case 'delete':
      return { f: call.f, key };
    case 'put':
    case 'append':
      return { f: call.f, key, value: text(call, call.value) };
    default:
      throw unknown(call, 'get, put, append and delete');
  }
}

function listAppendInput(call: RecordedCall): ListAppendInput {
  const key = keyOf(call);
  if (call.f === 'read') return { f: 'read', key };
  if (call.f === 'append') return { f: 'append', key, value: element(call, call.value) };
  throw unknown(call, 'append and read');
}

function queueInput(call: RecordedCall): QueueInput {
  const key = keyOf(call);
  if (call.f === 'dequeue') return { f: 'dequeue', key };
  if (call.f === 'enqueue') return { f: 'enqueue', key, value: element(call, call.value) };
  throw unknown(call, 'enqueue and dequeue');
}

function setInput(call: RecordedCall): SetInput {
  const key = keyOf(call);
  switch (call.f) {
    case 'read':
      return { f: 'read', key };
    case 'add':
    case 'remove':
    case 'contains':
      return { f: call.f, key, value: element(call, call.value) };
    default:
      throw unknown(call, 'add, remove, contains and read');
  }
}

function mutexInput(call: RecordedCall): MutexInput {
  if (call.f !== 'acquire' && call.f !== 'release') throw unknown(call, 'acquire and release');
  const owner = typeof call.value === 'string' ? { owner: call.value } : {};
  return { f: call.f, key: keyOf(call), ...owner };
}

/** A transaction, as Jepsen writes it: `[["r", "x", null], ["w", "y", 3]]`, whatever its `f` is. */
function transaction(call: RecordedCall): MultiRegisterInput<Scalar> {
  return { f: 'txn', value: microOperations(call, call.value) };
}

function microOperations(call: RecordedCall, value: unknown): readonly MicroOperation<Scalar>[] {
  const wanted = 'lists of [f key value] with f r or w';
  if (!Array.isArray(value)) throw unknown(call, wanted);
  return value.map((each: unknown) => {
    const [f, key, held = null] = Array.isArray(each) ? (each as readonly unknown[]) : [];
    if ((f !== 'r' && f !== 'w') || (typeof key !== 'string' && typeof key !== 'number')) {
      throw unknown(call, wanted);
    }
    return [f, String(key), scalar(call, held)];
  });
}
