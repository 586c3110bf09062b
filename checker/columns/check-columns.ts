/** Checks columns of registers: in arrays as far as the linear algorithm goes, with operations only where something must be searched or explained. */
import { casRegister } from '../models/register.ts';
import type { RegisterValue } from '../blocks/register-view.ts';
import { HistoryError } from '../operation.ts';
import { checkPartition, combine, type PartitionOptions } from '../partition.ts';
import type { CheckResult, PartitionResult } from '../result.ts';
import { Allowance, type Budget, defaultBudget } from '../search/budget.ts';
import { decidePart, type Part, partsOf, type PartVerdict } from './parts.ts';
import { operationAt, outcomes, type RegisterColumns } from './register-columns.ts';

export interface ColumnsOptions extends PartitionOptions {
  readonly budget?: Partial<Budget>;
}

/**
 * As `checkOperations` with `casRegister`: the same verdicts, orders and explanations.
 * @throws HistoryError where the columns are no history.
 */
export function checkColumns(columns: RegisterColumns, options: ColumnsOptions = {}): CheckResult {
  validateColumns(columns);
  const allowance = new Allowance({ ...defaultBudget, ...options.budget }, options.signal);
  const partitions: PartitionResult[] = [];
  for (const part of partsOf(columns)) {
    const stopped = allowance.interrupted() !== undefined;
    const verdict = stopped || options.engine === 'search' ? ({ kind: 'search' } as const) : decidePart(part);
    partitions.push(resultOf(columns, part, verdict, allowance, options));
  }
  return combine(partitions);
}

/** From what the arrays told to a result; where that is not enough, the key's operations are made and checked. */
export function resultOf(
  columns: RegisterColumns,
  part: Pick<Part, 'key' | 'rows'>,
  verdict: PartVerdict,
  allowance: Allowance,
  options: PartitionOptions,
): PartitionResult {
  const key = columns.keys[part.key] ?? '';
  if (verdict.kind === 'ordered') {
    const order = new Array<number>(verdict.order.length).fill(0);
    for (let place = 0; place < order.length; place++)
      order[place] = columns.id[verdict.order[place] ?? 0] ?? 0;
    return { key, verdict: 'linearizable', engine: 'blocks', order };
  }
  const model = casRegister<RegisterValue>({ initial: columns.values[0] ?? null });
  const operations = Array.from(part.rows, (row) => operationAt(columns, row));
  return checkPartition(model, key, operations, allowance, options);
}

/** @throws HistoryError where columns differ in length, an interval is none, or two operations share an id. */
export function validateColumns(columns: RegisterColumns): void {
  const count = columns.id.length;
  const { process, call, outcome, key, action, value, swappedTo } = columns;
  const ends = columns.return;
  for (const column of [process, call, ends, outcome, key, action, value, swappedTo]) {
    if (column.length !== count) {
      throw new HistoryError(
        'bad-format',
        `The columns have ${count} and ${column.length} rows: give all of them as many.`,
      );
    }
  }
  const ok = outcomes.indexOf('ok');
  for (let row = 0; row < count; row++) {
    const begins = call[row] ?? NaN;
    const end = outcome[row] === ok ? (ends[row] ?? NaN) : Infinity;
    if (!Number.isFinite(begins) || !(end >= begins)) {
      throw new HistoryError(
        'bad-position',
        `Row ${row} runs from ${begins} to ${end}: a call must be a finite number, and a return not less than it.`,
      );
    }
    if ((value[row] ?? 0) >= columns.values.length || (swappedTo[row] ?? 0) >= columns.values.length) {
      throw new HistoryError('bad-format', `Row ${row} names a value that is not in the table of values.`);
    }
    if ((key[row] ?? 0) >= columns.keys.length) {
      throw new HistoryError('bad-format', `Row ${row} names a key that is not in the table of keys.`);
    }
  }
  if (!isAscending(columns.id) && new Set(columns.id).size !== count) {
    throw new HistoryError('repeated-id', 'Two rows have the same id: give each its own.');
  }
}

function isAscending(column: Float64Array): boolean {
  for (let row = 1; row < column.length; row++)
    if (!((column[row - 1] ?? 0) < (column[row] ?? 0))) return false;
  return true;
}
