/** The oracle of the tests: tries every order, remembers nothing, and is short enough to be believed. For about a dozen operations. */
import type { Model, ModelState } from './model.ts';
import { deadline, type Operation } from './operation.ts';

/** True iff some order of all `ok` operations and any of the `info` operations explains every answer. Ignores `partition`. */
export function bruteForce<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  function explains(state: State, rest: readonly Operation<Input, Output>[]): boolean {
    if (rest.every(({ outcome }) => outcome !== 'ok')) return true;
    const firstDeadline = Math.min(...rest.map(deadline));
    return rest.some((operation) => {
      if (operation.call > firstDeadline) return false;
      const output = operation.outcome === 'ok' ? operation.output : undefined;
      const next = model.step(state, operation.input, output);
      return (
        next !== undefined &&
        explains(
          next,
          rest.filter((other) => other !== operation),
        )
      );
    });
  }
  return explains(
    model.init(),
    operations.filter(({ outcome }) => outcome !== 'fail'),
  );
}
