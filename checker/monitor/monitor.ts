/** Watches a history while it happens, and says at the very completion that breaks it. */
import { actionOf } from '../blocks/actions.ts';
import type { RegisterView } from '../blocks/register-view.ts';
import type { Model, ModelState } from '../model.ts';
import { HistoryError, type Outcome } from '../operation.ts';
import { type MonitorStep, RegisterMonitor } from './register-monitor.ts';

/** What the monitor knows so far. `illegal` is final; for the explanation check the recorded history. */
export type MonitorVerdict =
  | { readonly verdict: 'linearizable' }
  /** The history was linearizable until this operation ended. */
  | { readonly verdict: 'illegal'; readonly key: string; readonly completing: number }
  /** The monitor cannot tell; checking the recorded history may. */
  | { readonly verdict: 'undecided'; readonly key: string; readonly reason: string };

/** Ended operations that wait at the front before they are cut off all at once. */
const mostEndedAtFront = 1024;

interface OpenOperation<Input> {
  readonly id: number;
  readonly input: Input;
  readonly key: string;
  readonly call: number;
  ended: boolean;
}

/**
 * An online checker for registers with unique values, any number of them: `invoke` and `complete` in the order of the recording. It
 * remembers what a key holds, the operations that overlap one in flight, and unknown writes that nobody has seen, about 200 bytes each; so
 * every operation has to be completed in the end, with `info` where nobody knows. What a key no longer needs goes when that key, or in
 * turn any other, has its next completion. A value may be written again once no operation in flight can see the old one; before that, the verdict is undecided.
 */
export class Monitor<State extends ModelState, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #view: RegisterView<Input, Output>;
  readonly #registers = new Map<string, RegisterMonitor>();
  /** Goes round all keys, so that those which nobody uses any more forget too. */
  #sweep = this.#registers.values();
  readonly #open = new Map<number, OpenOperation<Input>>();
  /** In order of their calls; those that ended leave it when they come to its front. */
  readonly #byCall: OpenOperation<Input>[] = [];
  #front = 0;
  #now = 0;
  /** Keys in which a value was written twice: what looks like a violation there may be none. */
  readonly #unsure = new Set<string>();
  #verdict: MonitorVerdict = { verdict: 'linearizable' };

  /** @throws TypeError where the model is no register (`Model.register`). */
  constructor(model: Model<State, Input, Output>) {
    if (model.register === undefined) {
      throw new TypeError(
        `The monitor watches registers, and ${model.name} does not say how it is one (Model.register): record the history and check it.`,
      );
    }
    this.#model = model;
    this.#view = model.register;
  }

  get verdict(): MonitorVerdict {
    return this.#verdict;
  }

  /** Entries that are remembered: bounded if every operation ends and no unknown write stays unseen. */
  get remembered(): number {
    let sum = this.#open.size;
    for (const register of this.#registers.values()) sum += register.remembered;
    return sum;
  }

  /** @throws HistoryError where an operation with this id is open. */
  invoke(id: number, input: Input): MonitorVerdict {
    if (this.#open.has(id)) {
      throw new HistoryError('repeated-id', `Operation ${id} is open already: complete it first.`);
    }
    const key = this.#model.partition?.(input) ?? '';
    const operation = { id, input, key, call: this.#now++, ended: false };
    this.#open.set(id, operation);
    this.#byCall.push(operation);
    const step = this.#register(key).begin(id, this.#view.action(input, undefined), operation.call);
    if (step === 'repeated value') {
      this.#unsure.add(key);
      this.#cannotTell(key, `operation ${id} writes a value again that may still be seen`);
    }
    return this.#verdict;
  }

  /**
   * @param output what was answered, if the outcome is `ok`.
   * @throws HistoryError where no operation with this id is open, or the output does not fit the input.
   */
  complete(id: number, outcome: Outcome, output?: Output): MonitorVerdict {
    const operation = this.#open.get(id);
    if (operation === undefined) {
      throw new HistoryError('bad-position', `Operation ${id} ended, but is not open: invoke it first.`);
    }
    const { input, key, call } = operation;
    const now = this.#now++;
    this.#open.delete(id);
    operation.ended = true;
    if (this.#verdict.verdict === 'illegal') return this.#verdict;
    const register = this.#register(key);
    const action = actionOf(this.#view, { id, input, output, outcome });
    if (outcome === 'ok') {
      // A compare-and-set that did not match leaves nothing: forget what it might have written.
      if (action.does !== 'swap' && action.does !== 'write') {
        this.#judge(key, id, register.refuse(id, this.#view.action(input, undefined)));
      }
      if (action.does === 'mismatch') {
        this.#cannotTell(key, `operation ${id} does not say which value it saw`);
      }
      this.#judge(key, id, register.complete(id, action, call, now));
    } else if (outcome === 'fail') {
      this.#judge(key, id, register.refuse(id, action));
    }
    const oldestCall = this.#oldestCall();
    register.forget(oldestCall);
    this.#nextInTurn()?.forget(oldestCall);
    return this.#verdict;
  }

  #register(key: string): RegisterMonitor {
    let register = this.#registers.get(key);
    if (register === undefined) {
      register = new RegisterMonitor(this.#view.initial);
      this.#registers.set(key, register);
    }
    return register;
  }

  #nextInTurn(): RegisterMonitor | undefined {
    const next = this.#sweep.next();
    if (next.done !== true) return next.value;
    this.#sweep = this.#registers.values();
    return undefined;
  }

  #judge(key: string, completing: number, step: MonitorStep): void {
    if (step !== 'violation' || this.#verdict.verdict === 'illegal' || this.#unsure.has(key)) return;
    this.#verdict = { verdict: 'illegal', key, completing };
  }

  #cannotTell(key: string, reason: string): void {
    if (this.#verdict.verdict === 'linearizable') this.#verdict = { verdict: 'undecided', key, reason };
  }

  #oldestCall(): number {
    while (this.#byCall[this.#front]?.ended === true) this.#front++;
    if (this.#front >= mostEndedAtFront) {
      this.#byCall.splice(0, this.#front);
      this.#front = 0;
    }
    return this.#byCall[this.#front]?.call ?? this.#now;
  }
}
