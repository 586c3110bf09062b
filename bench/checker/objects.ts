/** The objects that are measured. */
import {
  type Appended,
  casRegister,
  type CasRegisterInput,
  listAppend,
  type ListAppendInput,
  type ListAppendOutput,
  type ListValue,
  mutex,
  type MutexInput,
  type MutexOutput,
  queue,
  type QueueInput,
  type QueueOutput,
  type RegisterOutput,
  set,
  type SetInput,
  type SetOutput,
} from 'porcupine-ts';
import { Measurable } from './measurable.ts';

/** In place of what an answer does not say, and of the front of an empty queue. */
const nothing = -1;

export const register = new Measurable<number, CasRegisterInput<number>, RegisterOutput<number>>({
  model: casRegister<number>({ initial: 0 }),
  encode: (input, output) => {
    switch (input.f) {
      case 'read':
        return output?.value === undefined ? undefined : { kind: 0, a: output.value, b: 0 };
      case 'write':
        return { kind: 1, a: input.value, b: 0 };
      case 'cas':
        if (output?.swapped !== false) return { kind: 2, a: input.from, b: input.to };
        return { kind: 3, a: input.from, b: output.value ?? nothing };
    }
  },
  decode: ({ kind, a, b }, key) => {
    switch (kind) {
      case 0:
        return { input: { f: 'read', key }, output: { value: a } };
      case 1:
        return { input: { f: 'write', key, value: a }, output: {} };
      case 2:
        return { input: { f: 'cas', key, from: a, to: b }, output: { swapped: true } };
      default:
        return {
          input: { f: 'cas', key, from: a, to: nothing },
          output: b === nothing ? { swapped: false } : { swapped: false, value: b },
        };
    }
  },
});

export const queued = new Measurable<readonly ListValue[], QueueInput, QueueOutput>({
  model: queue(),
  encode: (input, output) =>
    input.f === 'enqueue'
      ? { kind: 0, a: Number(input.value), b: 0 }
      : { kind: 1, a: Number(output?.value ?? nothing), b: 0 },
  decode: ({ kind, a }, key) =>
    kind === 0
      ? { input: { f: 'enqueue', key, value: a }, output: {} }
      : { input: { f: 'dequeue', key }, output: { value: a === nothing ? null : a } },
});

export const locked = new Measurable<string | boolean, MutexInput, MutexOutput>({
  model: mutex(),
  encode: ({ f, owner }) => ({ kind: f === 'acquire' ? 0 : 1, a: Number(owner), b: 0 }),
  decode: ({ kind, a }, key) => ({
    input: { f: kind === 0 ? 'acquire' : 'release', key, owner: String(a) },
    output: {},
  }),
});

export const collected = new Measurable<ReadonlySet<ListValue>, SetInput, SetOutput>({
  model: set(),
  encode: (input, output) => {
    switch (input.f) {
      case 'add':
        return { kind: 0, a: Number(input.value), b: 0 };
      case 'remove':
        return { kind: 1, a: Number(input.value), b: 0 };
      case 'contains':
        return output && { kind: 2, a: Number(input.value), b: output.contains === true ? 1 : 0 };
      case 'read':
        throw new RangeError('Reads of whole sets are not measured: give none.');
    }
  },
  decode: ({ kind, a, b }, key) => {
    if (kind === 2) return { input: { f: 'contains', key, value: a }, output: { contains: b === 1 } };
    return { input: { f: kind === 0 ? 'add' : 'remove', key, value: a }, output: {} };
  },
});

export const listed = new Measurable<Appended | null, ListAppendInput, ListAppendOutput>({
  model: listAppend(),
  encode: (input, output) =>
    input.f === 'append'
      ? { kind: 0, a: Number(input.value), b: 0 }
      : output && { kind: 1, a: 0, b: 0, list: (output.value ?? []).map(Number) },
  decode: ({ kind, a, list = [] }, key) =>
    kind === 0
      ? { input: { f: 'append', key, value: a }, output: {} }
      : { input: { f: 'read', key }, output: { value: list } },
});

/** By the names that the peer knows them by. */
export const objects = { register, queue: queued, mutex: locked, set: collected, list: listed } as const;

export type ObjectName = keyof typeof objects;
