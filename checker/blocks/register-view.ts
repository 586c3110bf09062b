/** How an operation looks to a register, whatever the model calls it. */

/** Values are compared as a `Map` compares keys: `NaN` equals itself, and `0` equals `-0`. Objects would be compared by identity. */
export type RegisterValue = string | number | bigint | boolean | null;

export type RegisterAction =
  /** It saw a value and changed nothing; also a compare-and-set that did not match, with what it saw. */
  | { readonly does: 'read'; readonly value: RegisterValue }
  | { readonly does: 'write'; readonly value: RegisterValue }
  /** It found `from` and left `to`. */
  | { readonly does: 'swap'; readonly from: RegisterValue; readonly to: RegisterValue }
  /** It found something else than `expected`, and does not say what. */
  | { readonly does: 'mismatch'; readonly expected: RegisterValue }
  /** It found exactly `expected` and refused all the same: no register does that. */
  | { readonly does: 'contradict'; readonly expected: RegisterValue }
  /** Nothing that anyone could tell, such as a read without an answer. */
  | { readonly does: 'nothing' };

export interface RegisterView<Input, Output> {
  readonly initial: RegisterValue;
  /** What the operation did, or, where `output` is `undefined`, would do if it takes effect. */
  action(input: Input, output: Output | undefined): RegisterAction;
}

export function sameValue(a: RegisterValue, b: RegisterValue): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** A value as explanations write it: strings bare, so that they read as the author of a history wrote them. */
export function describeValue(value: RegisterValue): string {
  return typeof value === 'string' ? value : value === null ? 'nothing' : String(value);
}
