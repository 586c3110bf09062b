/** Objects whose components never influence each other: which operations are on which, and one order from theirs. */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';

/** In place of an operation: there is none. */
const none = -1;

export interface Component<Input, Output> {
  readonly operations: Operation<Input, Output>[];
  /** Where these are in the whole history. */
  readonly indices: number[];
}

/**
 * The history of each component, or `undefined` where there are not two, or some operation is on all of them. What was refused is on none,
 * nor is what only looks and was not answered.
 */
export function componentsOf<State extends ModelState, Input, Output>(
  { component: componentOf, readOnly }: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): readonly Component<Input, Output>[] | undefined {
  if (componentOf === undefined) return undefined;
  const components = new Map<string | number, Component<Input, Output>>();
  for (let index = 0; index < operations.length; index++) {
    const operation = operations[index];
    if (operation === undefined || operation.outcome === 'fail') continue;
    const { input, outcome } = operation;
    const component = componentOf(input);
    if (component === undefined) {
      if (outcome === 'info' && readOnly?.(input) === true) continue;
      return undefined;
    }
    const its = components.get(component);
    if (its === undefined) {
      components.set(component, { operations: [operation], indices: [index] });
    } else {
      its.operations.push(operation);
      its.indices.push(index);
    }
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
