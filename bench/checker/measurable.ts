/**
 * Histories as both sides read them, one operation a line, in whole numbers: process, key, kind, a, b, known (1 or 0), call, return, and for
 * reads of lists the elements. `bench/peers/porcupine/objects.go` says what kind, a and b mean for each object.
 */
import {
  checkColumns,
  checkOperations,
  type CheckResult,
  type Model,
  type ModelState,
  type Operation,
  toColumns,
} from 'porcupine-ts';

/** What an operation did, in numbers. */
export interface Coded {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly list?: readonly number[];
}

export interface Call<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

interface Coding<State extends ModelState, Input extends { readonly key: string }, Output> {
  readonly model: Model<State, Input, Output>;
  /** `undefined` for what nobody needs to read: an operation of unknown outcome that changes nothing. */
  readonly encode: (input: Input, output: Output | undefined) => Coded | undefined;
  readonly decode: (coded: Coded, key: string) => Call<Input, Output>;
}

/** An object whose histories can be written for both sides and checked by ours. */
export class Measurable<State extends ModelState, Input extends { readonly key: string }, Output> {
  readonly #coding: Coding<State, Input, Output>;

  constructor(coding: Coding<State, Input, Output>) {
    this.#coding = coding;
  }

  /** Refused operations are left out: Porcupine has no word for them, and they had no effect. */
  format(history: readonly Operation<Input, Output>[]): string {
    const keys = new Map<string, number>();
    const lines: string[] = [];
    for (const { process, input, output, call, return: end, outcome } of history) {
      if (outcome === 'fail') continue;
      const known = outcome === 'ok';
      const coded = this.#coding.encode(input, known ? output : undefined);
      if (coded === undefined) continue;
      const key = keys.get(input.key) ?? keys.size;
      keys.set(input.key, key);
      const { kind, a, b, list = [] } = coded;
      lines.push([process, key, kind, a, b, known ? 1 : 0, call, known ? end : 0, ...list].join(' '));
    }
    return `${lines.join('\n')}\n`;
  }

  /** Reads what `format` wrote, line by line: the memory of a whole file at once would be counted as the checker's. */
  parse(lines: Iterable<string>): Operation<Input, Output>[] {
    const keys: string[] = [];
    const history: Operation<Input, Output>[] = [];
    for (const line of lines)
      history.push(this.#operation(history.length, line.split(' ').map(Number), keys));
    return history;
  }

  #operation(id: number, numbers: readonly number[], keys: string[]): Operation<Input, Output> {
    const [process = 0, key = 0, kind = 0, a = 0, b = 0, known = 0, call = 0, end = 0, ...list] = numbers;
    const { input, output } = this.#coding.decode({ kind, a, b, list }, (keys[key] ??= `k${key}`));
    return known === 1
      ? { id, process, input, output, call, return: end, outcome: 'ok' }
      : { id, process, input, output: undefined, call, return: Infinity, outcome: 'info' };
  }

  /** What is measured, ready to run. */
  load(lines: Iterable<string>): () => CheckResult {
    const history = this.parse(lines);
    return () => checkOperations(this.#coding.model, history);
  }

  /** The same from columns, for registers: what the command line reads them into. */
  loadColumns(lines: Iterable<string>): () => CheckResult {
    const columns = toColumns(this.#coding.model, this.parse(lines));
    return () => checkColumns(columns);
  }
}
