/** Explains a violation that the search found: up to which operation an order exists, and what was open or just done there. */
import type { Model, ModelState } from '../model.ts';
import { deadline, type Operation } from '../operation.ts';
import type { Violation } from '../result.ts';
import { sentence, speech } from './wording.ts';

/** Most operations that such an explanation names. */
const mostOperations = 30;

/** @param completing the index of the operation at whose completion no order was left. */
export function explainStuck<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  key: string,
  operations: readonly Operation<Input, Output>[],
  completing: number,
): Violation {
  const stuck = operations[completing];
  if (stuck === undefined) throw new RangeError(`The history has no operation ${completing}.`);
  const around = operations
    .filter((operation) => operation.call <= stuck.return && operation !== stuck)
    .toSorted((a, b) => deadline(b) - deadline(a))
    .slice(0, mostOperations - 1);
  const on = key === '' ? '' : ` on key ${key}`;
  const what = model.describeOperation?.(stuck.input, stuck.output) ?? JSON.stringify(stuck.input);
  return {
    anomaly: 'no order',
    core: [...around, stuck].toSorted((a, b) => a.call - b.call).map(({ id }) => id),
    bounding: [stuck.id],
    support: [],
    explain: (wording) => {
      const say = speech(wording);
      return sentence(
        `${say.who(stuck)}'s ${what}${on} (${say.began(stuck)}, ${say.ended(stuck)}) is where it breaks: up to its end there is an order that explains every answer, with its answer there is none.`,
      );
    },
  };
}
