/** The block algorithm, from operations of one register to a result. */
import type { Operation } from '../operation.ts';
import type { Violation } from '../result.ts';
import { type Actions, readActions } from './actions.ts';
import { decideBlocks } from './blocks.ts';
import { findCore } from './core.ts';
import { explainCore } from './explain.ts';
import type { RegisterView } from './register-view.ts';

export type RegisterResult =
  | { readonly kind: 'linearizable'; readonly order: readonly number[] }
  | { readonly kind: 'illegal'; readonly violation: Violation }
  | { readonly kind: 'unsuited'; readonly actions: Actions };

/** @param operations of one register, by call. */
export function checkRegister<Input, Output>(
  view: RegisterView<Input, Output>,
  operations: readonly Operation<Input, Output>[],
  key: string,
): RegisterResult {
  const actions = readActions(view, operations);
  const result = decideBlocks(actions);
  switch (result.kind) {
    case 'ordered':
      return { kind: 'linearizable', order: idsInOrder(operations, result.order) };
    case 'unsuited':
      return { kind: 'unsuited', actions };
    case 'finding': {
      const core = findCore(actions, result);
      return { kind: 'illegal', violation: explainCore(actions, core, key) };
    }
  }
}

function idsInOrder(
  operations: readonly Operation<unknown, unknown>[],
  order: Int32Array,
): readonly number[] {
  const ids = new Array<number>(order.length);
  for (let place = 0; place < order.length; place++) {
    const index = order[place] ?? 0;
    ids[place] = operations[index]?.id ?? index;
  }
  return ids;
}
