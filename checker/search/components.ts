/** Objects whose components never influence each other: which operations are on which, and one order from theirs. */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';

/** In place of an operation: there is none. */
const none = -1;

/**
 * For each component the indices of its operations, or `undefined` where there are not two, or some operation is on all of them. What was
 * refused, or nobody saw and could see nothing, is on none.
 */
export function componentsOf<State extends ModelState, Input, Output>(
  { component: componentOf, readOnly }: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): readonly (readonly number[])[] | undefined {
  if (componentOf === undefined) return undefined;
  const components = new Map<string | number, number[]>();
  for (let index = 0; index < operations.length; index++) {
    const operation = operations[index];
    if (operation === undefined || operation.outcome === 'fail') continue;
    const { input, outcome } = operation;
    const component = componentOf(input);
    if (component === undefined) {
      if (outcome === 'info' && readOnly?.(input) === true) continue;
      return undefined;
    }
    const indices = components.get(component);
    if (indices === undefined) components.set(component, [index]);
    else indices.push(index);
  }
  return components.size < 2 ? undefined : [...components.values()];
}

/**
 * One order in which the operations of each component are in theirs, and no operation comes before one that ended before it was called.
 * There always is one (linearizability is local: Herlihy and Wing 1990, theorem 1).
 * @param orders of indices of operations that are by call; each is an order of one component in which nothing ended before something
 *   earlier in it was called.
 */
export function mergeOrders(orders: readonly (readonly number[])[], operations: number): readonly number[] {
  // An operation can take effect at the latest call among its own and of those before it in its order, which is before its end. That is
  // the call of one that leads: the others follow it at once.
  const leads = new Uint8Array(operations);
  const following = new Int32Array(operations).fill(none);
  for (const order of orders) {
    let latest = none;
    let previous = none;
    for (const index of order) {
      if (index > latest) {
        leads[index] = 1;
        latest = index;
      } else {
        following[previous] = index;
      }
      previous = index;
    }
  }
  const merged: number[] = [];
  for (let leader = 0; leader < operations; leader++) {
    if (leads[leader] === 0) continue;
    for (let index = leader; index !== none; index = following[index] ?? none) merged.push(index);
  }
  return merged;
}
