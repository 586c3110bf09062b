/** The model as a table: states and kinds of operation are numbers, and each step is computed once. */
import type { Model, ModelState } from '../model.ts';
import { structuralKey } from './structural-key.ts';

/** In place of a state: the step is impossible. */
export const impossible = -1;

/** An input with its output, or without one if nobody saw it. */
export interface Kind<Input, Output> {
  readonly input: Input;
  readonly output: Output | undefined;
  readonly readOnly: boolean;
}

export class States<State extends ModelState, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #states: State[] = [];
  readonly #buckets = new Map<string | number, number[]>();
  readonly #kinds: Kind<Input, Output>[] = [];
  readonly #steps: Map<number, number>[] = [];
  #computed = 0;
  #bytes = 0;
  readonly initial: number;

  constructor(model: Model<State, Input, Output>) {
    this.#model = model;
    this.initial = this.#intern(model.init());
  }

  /** How many steps of the model were computed. */
  get computed(): number {
    return this.#computed;
  }

  /** An estimate of the memory held. */
  get bytes(): number {
    return this.#bytes;
  }

  state(number: number): State {
    const state = this.#states[number];
    if (state === undefined) throw new RangeError(`There is no state ${number}.`);
    return state;
  }

  /** Registers a kind of operation and returns its number. */
  addKind(kind: Kind<Input, Output>): number {
    this.#steps.push(new Map());
    return this.#kinds.push(kind) - 1;
  }

  isReadOnly(kind: number): boolean {
    return this.#kinds[kind]?.readOnly ?? false;
  }

  /** The state after an operation of this kind, or `impossible`. */
  step(state: number, kind: number): number {
    const steps = this.#steps[kind];
    const what = this.#kinds[kind];
    if (steps === undefined || what === undefined) throw new RangeError(`There is no kind ${kind}.`);
    const known = steps.get(state);
    if (known !== undefined) return known;
    this.#computed++;
    this.#bytes += 40;
    const next = this.#model.step(this.state(state), what.input, what.output);
    const number = next === undefined ? impossible : this.#intern(next);
    steps.set(state, number);
    return number;
  }

  #intern(state: State): number {
    const { equal, hash } = this.#model;
    // Without `equal` the key itself tells states apart; with it, keys only sort them into buckets.
    const key = equal === undefined ? structuralKey(state) : (hash?.(state) ?? '');
    const bucket = this.#buckets.get(key) ?? [];
    const known = equal === undefined ? bucket[0] : bucket.find((number) => equal(this.state(number), state));
    if (known !== undefined) return known;
    const number = this.#states.push(state) - 1;
    bucket.push(number);
    this.#buckets.set(key, bucket);
    this.#bytes += 200 + (typeof key === 'string' ? key.length * 4 : 0);
    return number;
  }
}
