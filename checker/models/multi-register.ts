/** Several registers read and written together, atomically: all keys are one object, checked as a whole. */
import { type RegisterValue, sameValue } from '../blocks/register-view.ts';
import type { Model } from '../model.ts';

/** `r` reads a key, `w` writes it, in Jepsen's words. In the output the reads carry what they saw. */
export type MicroOperation<Value extends RegisterValue> = readonly [
  f: 'r' | 'w',
  key: string,
  value: Value | null,
];

export interface MultiRegisterInput<Value extends RegisterValue> {
  readonly f: 'txn';
  readonly value: readonly MicroOperation<Value>[];
}

/** The operations of the input again, in the same order. */
export interface MultiRegisterOutput<Value extends RegisterValue> {
  readonly value: readonly MicroOperation<Value>[];
}

/** Keys never written read as null. */
export function multiRegister<Value extends RegisterValue = string>(): Model<
  ReadonlyMap<string, Value>,
  MultiRegisterInput<Value>,
  MultiRegisterOutput<Value>
> {
  return {
    name: 'multi-register',
    init: () => new Map(),
    readOnly: (input) => input.value.every(([f]) => f === 'r'),
    step: (state, input, output) => {
      const next = new Map(state);
      for (const [index, [f, key, value]] of input.value.entries()) {
        if (f === 'w') {
          if (value !== null) next.set(key, value);
        } else if (output !== undefined) {
          const seen = output.value[index];
          if (seen === undefined || !sameValue(seen[2], next.get(key) ?? null)) return undefined;
        }
      }
      return next;
    },
    describeOperation: (input, output) => JSON.stringify(output?.value ?? input.value),
    describeState: (state) => JSON.stringify(Object.fromEntries(state)),
  };
}
