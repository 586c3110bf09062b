/** Checks a linearization by itself: it trusts the model's `step` and nothing of the engines. */
import type { Model, ModelState } from './model.ts';
import { deadline, type Operation } from './operation.ts';

/**
 * Says what is wrong with `order`, ids of `operations` of one partition, as a linearization of them; `undefined` if nothing is.
 * Every `ok` operation must occur once, `info` ones at most once, `fail` ones never; no operation may come after one that it
 * precedes in time; and each answer must follow from the state. O(n).
 */
export function verifyOrder<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  order: readonly number[],
): string | undefined {
  const pending = new Map(operations.map((operation) => [operation.id, operation]));
  let state = model.init();
  let latestCall = -Infinity;
  for (const id of order) {
    const operation = pending.get(id);
    if (operation === undefined) return `operation ${id} is unknown, or occurs twice`;
    if (operation.outcome === 'fail') return `operation ${id} was refused and cannot have taken effect`;
    if (deadline(operation) < latestCall) return `operation ${id} ended before one that the order puts first`;
    const output = operation.outcome === 'ok' ? operation.output : undefined;
    const next = model.step(state, operation.input, output);
    if (next === undefined) return `the answer of operation ${id} does not follow from the state before it`;
    state = next;
    latestCall = Math.max(latestCall, operation.call);
    pending.delete(id);
  }
  for (const { id, outcome } of pending.values()) if (outcome === 'ok') return `operation ${id} is missing`;
  return undefined;
}
