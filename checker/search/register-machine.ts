/** A register as a machine: its states are the numbers of its values, and a step is two comparisons. */
import { type Actions, at, initialValue, none } from '../blocks/actions.ts';
import { impossible, type Machine } from './machine.ts';
import { PairTable } from './pair-table.ts';

export class RegisterMachine implements Machine {
  readonly initial = initialValue;
  readonly bytes = 0;
  readonly #sees: Int32Array;
  readonly #leaves: Int32Array;
  readonly #misses: Int32Array | undefined;
  readonly #classes = new PairTable();

  /** @param actions of which none contradicts itself. */
  constructor({ sees, leaves, misses }: Actions) {
    this.#sees = sees;
    this.#leaves = leaves;
    this.#misses = misses;
  }

  looksOnly(operation: number): boolean {
    return at(this.#leaves, operation) === none;
  }

  step(state: number, operation: number): number {
    const sees = at(this.#sees, operation);
    if (sees !== state && sees !== none) return impossible;
    const leaves = at(this.#leaves, operation);
    if (leaves !== none) return leaves;
    return this.#misses !== undefined && at(this.#misses, operation) === state ? impossible : state;
  }

  classOf(operation: number): number {
    // Neither is less than -1, which stands for none.
    const sees = at(this.#sees, operation) + 1;
    const leaves = at(this.#leaves, operation) + 1;
    const known = this.#classes.get(sees, leaves);
    if (known !== undefined) return known;
    const fresh = this.#classes.size;
    this.#classes.set(sees, leaves, fresh);
    return fresh;
  }
}
