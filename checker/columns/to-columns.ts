/** From operations of any model that is a register to columns. */
import { actionOf } from '../blocks/actions.ts';
import type { Model, ModelState } from '../model.ts';
import { type Operation, validateOperations } from '../operation.ts';
import { ColumnsBuilder } from './columns-builder.ts';
import type { RegisterColumns } from './register-columns.ts';

/**
 * @throws TypeError where the model is no register (`Model.register`).
 * @throws HistoryError where the operations are no history, or an output does not fit its input.
 */
export function toColumns<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): RegisterColumns {
  const view = model.register;
  if (view === undefined) {
    throw new TypeError(
      `Columns hold registers, and ${model.name} does not say how it is one (Model.register): use checkOperations.`,
    );
  }
  validateOperations(operations);
  const builder = new ColumnsBuilder(view.initial);
  for (const operation of operations) {
    const { id, process, input, call, outcome } = operation;
    const row = builder.begin(
      id,
      process,
      model.partition?.(input) ?? '',
      call,
      view.action(input, undefined),
    );
    if (outcome !== 'info') builder.end(row, outcome, operation.return, actionOf(view, operation));
  }
  return builder.finish();
}
