/** Any model as a machine: states and kinds of operation are interned, and each step is computed once. */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import { Interned } from './interned.ts';
import { Kinds } from './kinds.ts';
import { impossible, type Machine } from './machine.ts';
import { PairTable } from './pair-table.ts';
import { sameStructure, structuralHash } from './structural-hash.ts';

/** Estimates: a state beside its entry in the table, and what a state holds. */
const bytesPerState = 100;
const bytesPerElement = 8;

export class TableMachine<State extends ModelState, Input, Output> implements Machine {
  readonly initial: number;
  readonly #model: Model<State, Input, Output>;
  readonly #states: Interned<State>;
  readonly #hash: (state: State) => number;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #kindOf: Int32Array;
  /** By kind: 1 where it is read-only. */
  readonly #readOnly: number[] = [];
  readonly #steps: PairTable;
  readonly #foreseen: ((state: State) => boolean) | undefined;
  #stateBytes = 0;

  constructor(model: Model<State, Input, Output>, operations: readonly Operation<Input, Output>[]) {
    this.#model = model;
    this.#operations = operations;
    this.#hash = hashOf(model);
    this.#foreseen = model.foresee?.(operations);
    this.#kindOf = this.#sort(operations);
    const kinds = this.#readOnly.length;
    this.#states = new Interned(model.equal ?? sameStructure, kinds);
    // Most operations are tried in few states.
    this.#steps = new PairTable(kinds * 2);
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
    const before = this.#states.get(state);
    const next = this.#stepFrom(before, operation);
    const number = next === undefined ? impossible : next === before ? state : this.#enter(next);
    this.#steps.set(state, kind, number);
    return number;
  }

  #stepFrom(state: State, operation: number): State | undefined {
    const its = this.#operations[operation];
    if (its === undefined) throw new RangeError(`There is no operation ${operation}.`);
    return this.#model.step(state, its.input, its.outcome === 'ok' ? its.output : undefined);
  }

  #enter(state: State): number {
    return this.#foreseen === undefined || this.#foreseen(state) ? this.#intern(state) : impossible;
  }

  /** Puts operations of one kind together; those that are no plain data are each of their own. */
  #sort(operations: readonly Operation<Input, Output>[]): Int32Array {
    const kindOf = new Int32Array(operations.length);
    const kinds = new Kinds(operations.length >> 1);
    for (let index = 0; index < operations.length; index++) {
      const operation = operations[index];
      if (operation === undefined || operation.outcome === 'fail') continue;
      const { input, outcome } = operation;
      const output = outcome === 'ok' ? operation.output : undefined;
      const kind = kinds.kindOf(input, output);
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
