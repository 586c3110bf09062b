/** Gathers operations into columns that grow as they need. */
import type { RegisterAction, RegisterValue } from '../blocks/register-view.ts';
import type { Outcome } from '../operation.ts';
import { actions, outcomes, type RegisterColumns } from './register-columns.ts';

const initialRows = 1024;
const numberOfOutcome = new Map(outcomes.map((outcome, number) => [outcome, number]));
const numberOfAction = new Map(actions.map((action, number) => [action, number]));

export class ColumnsBuilder {
  #id = new Float64Array(initialRows);
  #process = new Float64Array(initialRows);
  #call = new Float64Array(initialRows);
  #return = new Float64Array(initialRows);
  #outcome = new Uint8Array(initialRows);
  #key = new Uint32Array(initialRows);
  #action = new Uint8Array(initialRows);
  #value = new Uint32Array(initialRows);
  #swappedTo = new Uint32Array(initialRows);
  readonly #keys = new Numbering<string>();
  readonly #values = new Numbering<RegisterValue>();
  #rows = 0;

  /** @param initial what registers hold before they are written. */
  constructor(initial: RegisterValue) {
    this.#values.numberOf(initial);
  }

  /** Adds an operation that may still be going on, with what it would do if it takes effect. Its row. */
  begin(id: number, process: number, key: string, call: number, action: RegisterAction): number {
    const row = this.#rows++;
    if (row === this.#id.length) this.#grow();
    this.#id[row] = id;
    this.#process[row] = process;
    this.#call[row] = call;
    this.#key[row] = this.#keys.numberOf(key);
    this.#act(row, action);
    this.#end(row, 'info', Infinity);
    return row;
  }

  /** The operation of this row ended; `action` is what it did, or would have done if it failed. */
  end(row: number, outcome: Outcome, position: number, action: RegisterAction): void {
    this.#act(row, action);
    this.#end(row, outcome, position);
  }

  /** What was gathered so far, in columns of their own. */
  finish(): RegisterColumns {
    const rows = this.#rows;
    return {
      id: this.#id.slice(0, rows),
      process: this.#process.slice(0, rows),
      call: this.#call.slice(0, rows),
      return: this.#return.slice(0, rows),
      outcome: this.#outcome.slice(0, rows),
      key: this.#key.slice(0, rows),
      keys: this.#keys.all,
      action: this.#action.slice(0, rows),
      value: this.#value.slice(0, rows),
      swappedTo: this.#swappedTo.slice(0, rows),
      values: this.#values.all,
    };
  }

  #act(row: number, action: RegisterAction): void {
    this.#action[row] = numberOfAction.get(action.does) ?? 0;
    switch (action.does) {
      case 'read':
      case 'write':
        this.#value[row] = this.#values.numberOf(action.value);
        break;
      case 'swap':
        this.#value[row] = this.#values.numberOf(action.from);
        this.#swappedTo[row] = this.#values.numberOf(action.to);
        break;
      case 'mismatch':
      case 'contradict':
        // What it would have left stays from its beginning.
        this.#value[row] = this.#values.numberOf(action.expected);
        break;
      case 'nothing':
        break;
    }
  }

  #end(row: number, outcome: Outcome, position: number): void {
    this.#outcome[row] = numberOfOutcome.get(outcome) ?? 0;
    this.#return[row] = position;
  }

  #grow(): void {
    this.#id = doubled(this.#id, Float64Array);
    this.#process = doubled(this.#process, Float64Array);
    this.#call = doubled(this.#call, Float64Array);
    this.#return = doubled(this.#return, Float64Array);
    this.#outcome = doubled(this.#outcome, Uint8Array);
    this.#key = doubled(this.#key, Uint32Array);
    this.#action = doubled(this.#action, Uint8Array);
    this.#value = doubled(this.#value, Uint32Array);
    this.#swappedTo = doubled(this.#swappedTo, Uint32Array);
  }
}

/** Gives each element a number, in the order in which they are first seen. */
class Numbering<Element> {
  readonly #numbers = new Map<Element, number>();
  readonly all: Element[] = [];

  numberOf(element: Element): number {
    const known = this.#numbers.get(element);
    if (known !== undefined) return known;
    const number = this.all.push(element) - 1;
    this.#numbers.set(element, number);
    return number;
  }
}

function doubled<Column extends Float64Array | Uint32Array | Uint8Array>(
  column: Column,
  Kind: new (length: number) => Column,
): Column {
  const larger = new Kind(column.length * 2);
  larger.set(column);
  return larger;
}
