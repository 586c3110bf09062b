/** Any model as a machine: states and kinds of operation are interned, and each step is computed once. */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import { impossible, type Machine } from './machine.ts';
import { PairTable } from './pair-table.ts';
import { sameStructure, structuralHash } from './structural-hash.ts';
import { NotPlainDataError, structuralKey } from './structural-key.ts';

/** What an operation is apart from its time: an input with its output, or without one if nobody saw it. */
interface Kind<Input, Output> {
  readonly input: Input;
  readonly output: Output | undefined;
  readonly readOnly: boolean;
}

/** Estimates: an entry of the buckets with a state beside it, and what a state holds. */
const bytesPerState = 200;
const bytesPerElement = 8;

export class TableMachine<State extends ModelState, Input, Output> implements Machine {
  readonly initial: number;
  readonly #model: Model<State, Input, Output>;
  readonly #states: State[] = [];
  readonly #buckets = new Map<string | number, number[]>();
  readonly #kinds: Kind<Input, Output>[] = [];
  readonly #kindOf: Int32Array;
  readonly #steps = new PairTable();
  #stateBytes = 0;

  constructor(model: Model<State, Input, Output>, operations: readonly Operation<Input, Output>[]) {
    this.#model = model;
    this.#kindOf = this.#sort(operations);
    this.initial = this.#intern(model.init());
  }

  get bytes(): number {
    return this.#stateBytes + this.#steps.bytes;
  }

  looksOnly(operation: number): boolean {
    return this.#kind(operation).readOnly;
  }

  classOf(operation: number): number {
    return this.#kindOf[operation] ?? 0;
  }

  step(state: number, operation: number): number {
    const kind = this.#kindOf[operation] ?? 0;
    const known = this.#steps.get(state, kind);
    if (known !== undefined) return known;
    const { input, output } = this.#kind(operation);
    const next = this.#model.step(this.#state(state), input, output);
    const number = next === undefined ? impossible : this.#intern(next);
    this.#steps.set(state, kind, number);
    return number;
  }

  #kind(operation: number): Kind<Input, Output> {
    const kind = this.#kinds[this.#kindOf[operation] ?? 0];
    if (kind === undefined) throw new RangeError(`There is no operation ${operation}.`);
    return kind;
  }

  #state(number: number): State {
    const state = this.#states[number];
    if (state === undefined) throw new RangeError(`There is no state ${number}.`);
    return state;
  }

  /** Puts operations of one kind together; those that are no plain data are each of their own. */
  #sort(operations: readonly Operation<Input, Output>[]): Int32Array {
    const kindOf = new Int32Array(operations.length);
    const kinds = new Map<string, number>();
    for (const [index, { input, output: answer, outcome }] of operations.entries()) {
      if (outcome === 'fail') continue;
      const output = outcome === 'ok' ? answer : undefined;
      const key = keyOf(input, output);
      const known = key === undefined ? undefined : kinds.get(key);
      const kind =
        known ?? this.#kinds.push({ input, output, readOnly: this.#model.readOnly?.(input) ?? false }) - 1;
      if (key !== undefined && known === undefined) kinds.set(key, kind);
      kindOf[index] = kind;
    }
    return kindOf;
  }

  #intern(state: State): number {
    const { equal = sameStructure, hash = this.#model.equal === undefined ? structuralHash : alike } =
      this.#model;
    const key = hash(state);
    const bucket = this.#buckets.get(key);
    const known = bucket?.find((number) => equal(this.#state(number), state));
    if (known !== undefined) return known;
    const number = this.#states.push(state) - 1;
    if (bucket === undefined) this.#buckets.set(key, [number]);
    else bucket.push(number);
    this.#stateBytes += bytesPerState + sizeOf(state) * bytesPerElement;
    return number;
  }
}

/** The hash of a model that has none: an equality alone says nothing about where to look for equal states. */
function alike(): number {
  return 0;
}

/** How many elements a state has, as far as one can see from outside. */
function sizeOf(state: ModelState): number {
  if (typeof state === 'string' || Array.isArray(state)) return state.length;
  if (state instanceof Set || state instanceof Map) return state.size;
  return 1;
}

function keyOf(input: unknown, output: unknown): string | undefined {
  try {
    return `${structuralKey(input)} ${structuralKey(output)}`;
  } catch (error) {
    if (error instanceof NotPlainDataError) return undefined;
    throw error;
  }
}
