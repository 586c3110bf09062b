/** Any model as a machine: states and kinds of operation are interned, and each step is computed once. */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import { Interned } from './interned.ts';
import { impossible, type Machine } from './machine.ts';
import { PairTable } from './pair-table.ts';
import { sameStructure, structuralHash } from './structural-hash.ts';
import { NotPlainDataError } from './structural-key.ts';

/** What an operation is apart from its time: an input with its output, or without one if nobody saw it. */
interface Kind<Input, Output> {
  readonly input: Input;
  readonly output: Output | undefined;
}

/** Estimates: a state beside its entry in the table, and what a state holds. */
const bytesPerState = 100;
const bytesPerElement = 8;

export class TableMachine<State extends ModelState, Input, Output> implements Machine {
  readonly initial: number;
  readonly #model: Model<State, Input, Output>;
  readonly #states: Interned<State>;
  readonly #hash: (state: State) => number;
  readonly #kinds = new Interned<Kind<Input, Output>>(sameKind);
  readonly #kindOf: Int32Array;
  /** By kind: 1 where it is read-only. */
  readonly #readOnly: number[] = [];
  readonly #steps: PairTable;
  readonly #foreseen: ((state: State) => boolean) | undefined;
  #stateBytes = 0;

  constructor(model: Model<State, Input, Output>, operations: readonly Operation<Input, Output>[]) {
    this.#model = model;
    this.#states = new Interned(model.equal ?? sameStructure);
    this.#hash = hashOf(model);
    this.#foreseen = model.foresee?.(operations);
    this.#kindOf = this.#sort(operations);
    this.#steps = new PairTable(operations.length * 2);
    this.initial = this.#intern(model.init());
  }

  get bytes(): number {
    return this.#stateBytes + this.#states.bytes + this.#steps.bytes;
  }

  looksOnly(operation: number): boolean {
    return this.#readOnly[this.classOf(operation)] === 1;
  }

  classOf(operation: number): number {
    return this.#kindOf[operation] ?? 0;
  }

  step(state: number, operation: number): number {
    const kind = this.classOf(operation);
    const place = this.#steps.find(state, kind);
    if (!this.#steps.isEmpty(place)) return this.#steps.valueAt(place);
    const { input, output } = this.#kinds.get(kind);
    const before = this.#states.get(state);
    const next = this.#model.step(before, input, output);
    const number = next === undefined ? impossible : next === before ? state : this.#enter(next);
    this.#steps.set(state, kind, number);
    return number;
  }

  #enter(state: State): number {
    return this.#foreseen === undefined || this.#foreseen(state) ? this.#intern(state) : impossible;
  }

  /** Puts operations of one kind together; those that are no plain data are each of their own. */
  #sort(operations: readonly Operation<Input, Output>[]): Int32Array {
    const kindOf = new Int32Array(operations.length);
    for (let index = 0; index < operations.length; index++) {
      const operation = operations[index];
      if (operation === undefined || operation.outcome === 'fail') continue;
      const { input, outcome } = operation;
      const output = outcome === 'ok' ? operation.output : undefined;
      const kind = this.#kinds.numberOf({ input, output }, hashOfKind(input, output) ?? index);
      kindOf[index] = kind;
      if (kind === this.#readOnly.length) this.#readOnly.push(this.#model.readOnly?.(input) === true ? 1 : 0);
    }
    return kindOf;
  }

  #intern(state: State): number {
    const known = this.#states.size;
    const number = this.#states.numberOf(state, this.#hash(state));
    if (number === known) this.#stateBytes += bytesPerState + sizeOf(state) * bytesPerElement;
    return number;
  }
}

function hashOf<State extends ModelState, Input, Output>({
  hash,
  equal,
}: Model<State, Input, Output>): (state: State) => number {
  if (hash !== undefined) return (state) => structuralHash(hash(state));
  // An equality alone says nothing about where to look for equal states.
  return equal === undefined ? structuralHash : () => 0;
}

/** How many elements a state has, as far as one can see from outside. */
function sizeOf(state: ModelState): number {
  if (typeof state === 'string' || Array.isArray(state)) return state.length;
  if (state instanceof Set || state instanceof Map) return state.size;
  return 1;
}

/** `undefined` for what is no plain data: it is equal to nothing else. */
function hashOfKind(input: unknown, output: unknown): number | undefined {
  try {
    return (Math.imul(structuralHash(input), 31) + structuralHash(output)) | 0;
  } catch (error) {
    if (error instanceof NotPlainDataError) return undefined;
    throw error;
  }
}

function sameKind<Input, Output>(a: Kind<Input, Output>, b: Kind<Input, Output>): boolean {
  if (a.input === b.input && a.output === b.output) return true;
  try {
    return sameStructure(a.input, b.input) && sameStructure(a.output, b.output);
  } catch (error) {
    if (error instanceof NotPlainDataError) return false;
    throw error;
  }
}
