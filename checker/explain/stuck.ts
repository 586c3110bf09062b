/** Explains a violation that the search found: up to which operation an order exists, and which answers contradict each other there. */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import type { Violation } from '../result.ts';
import type { StopSignal } from '../search/budget.ts';
import { shrink } from './shrink.ts';
import { sentence, type Speech, speech } from './wording.ts';

/** Histories up to this length, counted to the place where they break, are shrunk. */
const mostShrunk = 300;
/** Where they are longer, this many of the latest operations are shown. */
const mostShown = 20;

/**
 * @param operations by call.
 * @param completing the index of the operation at whose completion no order was left.
 */
export function explainStuck<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  key: string,
  operations: readonly Operation<Input, Output>[],
  completing: number,
  signal?: StopSignal,
): Violation {
  const stuck = operations[completing];
  if (stuck === undefined) throw new RangeError(`The history has no operation ${completing}.`);
  const possible = operations.filter(({ outcome }) => outcome !== 'fail');
  const before = possible.filter(({ call }) => call <= stuck.return);
  const isShrunk = before.length <= mostShrunk;
  const core = isShrunk
    ? shrink(model, alongside(possible, before), new Set(before), signal)
    : latest(before);
  return {
    anomaly: 'no order',
    core: core.map(({ id }) => id),
    bounding: isShrunk ? core.map(({ id }) => id) : [stuck.id],
    support: [],
    explain: (wording) => {
      const say = speech(wording);
      const on = key === '' ? '' : ` on key ${key}`;
      const told = core.filter(({ outcome }) => outcome === 'ok').map((each) => tell(model, each, say));
      return sentence(
        isShrunk
          ? `no order of the operations${on} explains these answers together, whenever the others took effect: ${told.join('; ')}.`
          : `no order of the operations${on} explains the answer of ${tell(model, stuck, say)}; until it came, there was one.`,
      );
    },
  };
}

/** The operations, and what was called while one of them was open: it may be what that one saw. */
function alongside<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  before: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  const ends = before.filter(({ outcome }) => outcome === 'ok').map((operation) => operation.return);
  const lastEnd = Math.max(...ends);
  return operations.filter(({ call }) => call <= lastEnd);
}

function latest<Input, Output>(
  before: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  return before
    .toSorted((a, b) => a.return - b.return)
    .slice(-mostShown)
    .sort((a, b) => a.call - b.call);
}

function tell<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operation: Operation<Input, Output>,
  say: Speech,
): string {
  const what =
    model.describeOperation?.(operation.input, operation.output) ?? JSON.stringify(operation.input);
  return `${say.who(operation)}: ${what} (${say.began(operation)}, ${say.ended(operation)})`;
}
