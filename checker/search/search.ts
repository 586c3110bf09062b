/** Searches one key for an order, of any model: which machine walks it, and whether it is one search or several. */
import { type Actions, none, readActions } from '../blocks/actions.ts';
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import type { Allowance } from './budget.ts';
import { type Component, componentsOf, mergeOrders } from './components.ts';
import { Search, type SearchResult } from './just-in-time.ts';
import { RegisterMachine } from './register-machine.ts';
import { TableMachine } from './table-machine.ts';
import { layOut } from './timeline.ts';

export type { SearchResult } from './just-in-time.ts';

/**
 * @param operations of one partition, by call.
 * @param actions what these operations are to a register, where that is known already.
 */
export function search<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  allowance: Allowance,
  actions: Actions | undefined = model.register && readActions(model.register, operations),
): SearchResult {
  const components = componentsOf(model, operations);
  return components === undefined
    ? searchWhole(model, operations, allowance, actions)
    : searchComponents(model, operations, components, allowance);
}

function searchWhole<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  allowance: Allowance,
  actions?: Actions,
): SearchResult {
  const machine =
    actions?.contradiction === none ? new RegisterMachine(actions) : new TableMachine(model, operations);
  const result = new Search(machine, layOut(operations, machine), allowance).run();
  const wasForeseen = result.kind === 'illegal' && model.foresee !== undefined;
  return wasForeseen ? { kind: 'illegal', completing: undefined } : result;
}

/** Searches each component by itself; all of them, even where one is illegal, as another may be so earlier. */
function searchComponents<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  components: readonly Component<Input, Output>[],
  allowance: Allowance,
): SearchResult {
  const orders: (readonly number[])[] = [];
  const illegal: (number | undefined)[] = [];
  let undecided: SearchResult | undefined;
  for (const { indices, operations: its } of components) {
    const result = searchWhole(model, its, allowance);
    switch (result.kind) {
      case 'linearizable':
        orders.push(result.order.map((place) => indices[place] ?? 0));
        break;
      case 'illegal':
        illegal.push(result.completing === undefined ? undefined : indices[result.completing]);
        break;
      case 'undecided':
        undecided ??= result;
    }
  }
  if (illegal.length === 0) {
    return undecided ?? { kind: 'linearizable', order: mergeOrders(orders, operations.length) };
  }
  const completing = undecided === undefined ? firstEnd(operations, illegal) : undefined;
  return { kind: 'illegal', completing };
}

/** The one that ended first, as the search would come to it, if all are known. */
function firstEnd(
  operations: readonly Operation<unknown, unknown>[],
  indices: readonly (number | undefined)[],
): number | undefined {
  const known = indices.filter((index) => index !== undefined);
  if (known.length < indices.length) return undefined;
  const endOf = (index: number) => operations[index]?.return ?? 0;
  return known.sort((a, b) => endOf(a) - endOf(b) || a - b)[0];
}
