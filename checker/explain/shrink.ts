/** Delta debugging: the few answers that cannot all be right, whatever the other operations did. */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import { Allowance, type StopSignal } from '../search/budget.ts';
import { search } from '../search/search.ts';

/** What shrinking may cost in all, in operations laid out and steps tried; when it is used up, what was reached by then is the answer. */
const mostEffort = 500_000;
/** Of that, one attempt may use this much beyond laying out the history. A weakened operation may make a search endless. */
const mostEffortOnce = 20_000;
const mostBytes = 100_000_000;

/**
 * Weakens operations for as long as no order explains the rest: a weakened one may have taken effect at any time after its call, or never,
 * and its answer counts for nothing. Removing operations instead would leave reads without their writes and blame the innocent.
 */
export class Shrinker<State extends ModelState, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #signal: StopSignal | undefined;
  #effort = 0;
  #kept: ReadonlySet<Operation<Input, Output>>;

  /**
   * @param operations by call, none refused.
   * @param kept some of them, illegal even where all others are weakened.
   */
  constructor(
    model: Model<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    kept: Iterable<Operation<Input, Output>>,
    signal: StopSignal | undefined,
  ) {
    this.#model = model;
    this.#operations = operations;
    this.#kept = new Set([...kept].filter(({ outcome }) => outcome === 'ok'));
    this.#signal = signal;
  }

  /** Those whose answers still count; no order explains them all. */
  get kept(): ReadonlySet<Operation<Input, Output>> {
    return this.#kept;
  }

  /**
   * Weakens as many of `candidates` as it can, first `atOnce` together and in the end one by one. Of those that remain no single one can be
   * weakened, if it returns true; else the effort was used up before that was known.
   */
  shrink(candidates: Iterable<Operation<Input, Output>>, atOnce: number): boolean {
    let left = [...candidates].filter((operation) => this.#kept.has(operation));
    for (let size = Math.min(left.length, atOnce); size >= 1;) {
      let shrunk = false;
      for (let from = 0; from < left.length; from += size) {
        const fewer = this.#kept.difference(new Set(left.slice(from, from + size)));
        const isIllegal = this.#isIllegal(fewer);
        if (isIllegal === undefined) return false;
        if (!isIllegal) continue;
        this.#kept = fewer;
        shrunk = true;
      }
      left = left.filter((operation) => this.#kept.has(operation));
      // A pass without success at one operation a time is the end: nothing more can go.
      if (size === 1 && !shrunk) break;
      size = Math.min(left.length, Math.max(1, size >> 1));
    }
    return true;
  }

  /** `undefined` where the effort is used up. An attempt that is cut short has shown nothing. */
  #isIllegal(kept: ReadonlySet<Operation<Input, Output>>): boolean | undefined {
    const left = mostEffort - this.#effort - this.#operations.length;
    if (left <= 0 || this.#signal?.aborted === true) return undefined;
    const steps = Math.min(left, mostEffortOnce);
    const allowance = new Allowance({ steps, bytes: mostBytes }, this.#signal);
    const { kind } = search(
      this.#model,
      this.#operations.map((operation) => (kept.has(operation) ? operation : weaken(operation))),
      allowance,
    );
    this.#effort += this.#operations.length + allowance.steps;
    return kind === 'illegal';
  }
}

function weaken<Input, Output>(operation: Operation<Input, Output>): Operation<Input, Output> {
  return { ...operation, outcome: 'info', output: undefined, return: Infinity };
}
