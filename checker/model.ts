/** What a user writes to say how one correct, sequential object behaves. */
import type { RegisterView } from './blocks/register-view.ts';
import type { Operation } from './operation.ts';

/** Any value but `undefined`, which is how `step` says no. */
export type ModelState = string | number | bigint | boolean | symbol | object | null;

/**
 * A sequential specification, as in Porcupine. All functions are pure: `step` never changes the state it is given, and the same
 * arguments always give equal results.
 */
export interface Model<State extends ModelState, Input, Output> {
  /** Named in messages. */
  readonly name: string;
  /** The state before anything happened. */
  readonly init: () => State;
  /**
   * The state after `input` was answered with `output`, or `undefined` where that answer is impossible in `state`. `output` is
   * `undefined` when nobody saw an answer: then any is allowed, and the step says what the operation does if it takes effect.
   */
  readonly step: (state: State, input: Input, output: Output | undefined) => State | undefined;
  /** Whether two states are the same for every future step. By default states are compared as plain data. */
  readonly equal?: (a: State, b: State) => boolean;
  /** Equal states have equal hashes. Give it with `equal`; an `equal` alone compares with every state that was seen. */
  readonly hash?: (state: State) => string | number;
  /** Operations with different keys never influence each other; each key is checked on its own. */
  readonly partition?: (input: Input) => string;
  /**
   * True for inputs whose step gives back an equal state or refuses. It is a promise that saves much work, and it is held to:
   * an operation is taken early only where its step indeed gave an equal state.
   */
  readonly readOnly?: (input: Input) => boolean;
  /**
   * Which component of its key's object an operation touches, or `undefined` for one that may touch all of it. Operations on different
   * components never see nor change each other's, as those on different elements of a set. Where every operation names one, each component
   * is searched by itself.
   */
  readonly component?: (input: Input) => string | number | undefined;
  /**
   * Looks at a key's whole history beforehand, and gives a predicate: false for a state after which some answer is impossible, in whatever
   * order the rest takes effect. Such a state is never entered, so the predicate is asked only of states that come of others for which it
   * was true. Where it cannot tell, it is true.
   */
  readonly foresee?: (operations: readonly Operation<Input, Output>[]) => (state: State) => boolean;
  /** Says how operations look if the object is a register: it opens the linear algorithm where written values are unique. */
  readonly register?: RegisterView<Input, Output>;
  readonly describeOperation?: (input: Input, output: Output | undefined) => string;
  readonly describeState?: (state: State) => string;
}
