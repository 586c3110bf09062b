/** One history, every engine, one answer: what the property tests and the fuzzer ask of each history. */
import { bruteForce } from '../brute-force.ts';
import { verifyOrder } from '../certificate.ts';
import { checkOperations } from '../check.ts';
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import type { PartitionResult, Violation } from '../result.ts';
import { monitored } from './monitored.ts';

/** Anomalies that no widening of intervals can mend. */
const timeless: readonly string[] = [
  'phantom',
  'aborted read',
  'two swaps from one value',
  'circular swaps',
  'contradicting answer',
];

/** Compares every engine with brute force on a small history of one key. The first disagreement in words, or `undefined`. */
export function disagreement<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): string | undefined {
  const expected = bruteForce(model, operations) ? 'linearizable' : 'illegal';
  const { register, ...plain } = model;
  const engines = [
    { name: 'best', checked: model, engine: 'best' },
    { name: 'search', checked: model, engine: 'search' },
    // Without its view as a register the model is walked by its own steps.
    ...(register === undefined
      ? []
      : [{ name: 'search of any model', checked: plain, engine: 'search' } as const]),
  ] as const;
  for (const { name: asked, checked, engine } of engines) {
    const [result] = checkOperations(checked, operations, { engine }).partitions;
    if (result === undefined) continue;
    const name = `${result.engine} (${asked})`;
    if (result.verdict !== expected) return `${name} says ${result.verdict}, brute force ${expected}`;
    const wrong = wrongEvidence(model, operations, result);
    if (wrong !== undefined) return `${name}: ${wrong}`;
  }
  const seen = register === undefined ? 'undecided' : monitored(model, operations);
  return seen === 'undecided' || seen === expected
    ? undefined
    : `the monitor says ${seen}, brute force ${expected}`;
}

function wrongEvidence<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  result: PartitionResult,
): string | undefined {
  if (result.verdict === 'linearizable') return verifyOrder(model, operations, result.order ?? []);
  if (result.violation === undefined) return 'a violation without an explanation';
  if (result.violation.explain() === '') return 'an empty explanation';
  return result.engine === 'blocks' ? wrongCore(model, operations, result.violation) : undefined;
}

/** The core must be illegal with its support at any time, and legal as soon as one bounding operation may run at any time too. */
function wrongCore<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { anomaly, core, support, bounding }: Violation,
): string | undefined {
  const legalWith = (timed: (id: number) => boolean) =>
    bruteForce(
      model,
      operations
        .filter(({ id }) => core.includes(id) || support.includes(id))
        .map((operation) =>
          timed(operation.id) ? operation : { ...operation, call: -Number.MAX_VALUE, return: Infinity },
        ),
    );
  if (bounding.length > 4) return `${bounding.length} operations bound`;
  if (legalWith((id) => core.includes(id))) return 'the core is legal';
  if (legalWith((id) => bounding.includes(id) || timeless.includes(anomaly))) {
    return 'the bounding operations alone are legal';
  }
  if (timeless.includes(anomaly)) return bounding.length === 0 ? undefined : 'a timeless anomaly has bounds';
  if (bounding.length === 0) return 'nothing bounds';
  const idle = bounding.find((bound) => !legalWith((id) => id !== bound && core.includes(id)));
  return idle === undefined ? undefined : `widening operation ${idle} changes nothing`;
}
