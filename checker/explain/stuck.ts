/** Explains a violation that the search found: up to which operation an order exists, and which answers contradict each other there. */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import type { Violation } from '../result.ts';
import type { StopSignal } from '../search/budget.ts';
import { Shrinker } from './shrink.ts';
import { sentence, type Speech, speech } from './wording.ts';

/** Histories up to this length, counted to the place where they break, are shrunk as a whole. */
const mostShrunkWhole = 40;
/** Of longer ones first so many operations that ended last, with all others as they are, and then the others. */
const windowLength = 32;

/** What is wrong, in ids and without functions, so that it can cross to another thread. */
export interface Stuck {
  /** No order was left when this operation ended; `undefined` where only the end of the history is known to have none. */
  readonly completing: number | undefined;
  /** Answers that cannot all be right, by call. */
  readonly core: readonly number[];
  /** Others whose answers were taken for granted: within its effort the shrinking could not do without them. */
  readonly support: readonly number[];
  /** Whether no single one of the core can be left out. */
  readonly isMinimal: boolean;
}

/**
 * @param operations by call.
 * @param completing the index of the operation at whose completion no order was left; `undefined` for the end of the history.
 */
export function findStuck<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  completing: number | undefined,
  signal?: StopSignal,
): Stuck {
  const stuck = completing === undefined ? undefined : operations[completing];
  const possible = operations.filter(({ outcome }) => outcome !== 'fail');
  const before = stuck === undefined ? possible : possible.filter(({ call }) => call <= stuck.return);
  const shrinker = new Shrinker(model, alongside(possible, before), before, signal);
  const isWhole = before.length <= mostShrunkWhole;
  const window = new Set(isWhole ? before : latest(before));
  let isMinimal = shrinker.shrink(window, Math.max(1, window.size >> 1));
  const others = before.filter((operation) => !window.has(operation));
  const isDone = isWhole || shrinker.shrink(others, others.length);
  // With less taken for granted, more of the window may have become dispensable.
  if (!isWhole && isDone) isMinimal = shrinker.shrink(shrinker.kept, 1);
  const ids = (isCore: boolean) =>
    operations
      .filter((each) => shrinker.kept.has(each) && (isDone || window.has(each)) === isCore)
      .map(({ id }) => id);
  return { completing: stuck?.id, core: ids(true), support: ids(false), isMinimal };
}

/** The explanation of what was found, from the same operations. */
export function explainStuck<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  key: string,
  operations: readonly Operation<Input, Output>[],
  { completing, core, support, isMinimal }: Stuck,
): Violation {
  return {
    anomaly: 'no order',
    core,
    bounding: isMinimal || completing === undefined ? core : [completing],
    support,
    explain: (wording) => {
      const say = speech(wording);
      const on = key === '' ? '' : ` on key ${key}`;
      const named = new Set(core);
      const told = operations.filter(({ id }) => named.has(id)).map((each) => tell(model, each, say));
      const given =
        support.length === 0
          ? 'whenever the others took effect'
          : `given what ${support.length} others answered`;
      return sentence(
        `no order of the operations${on} explains these answers together, ${given}: ${told.join('; ')}.`,
      );
    },
  };
}

/** The operations, and what was called while one of them was open: it may be what that one saw. */
function alongside<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  before: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  let lastEnd = -Infinity;
  for (const operation of before) {
    if (operation.outcome === 'ok') lastEnd = Math.max(lastEnd, operation.return);
  }
  return operations.filter(({ call }) => call <= lastEnd);
}

function latest<Input, Output>(
  before: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  return before
    .filter(({ outcome }) => outcome === 'ok')
    .sort((a, b) => a.return - b.return)
    .slice(-windowLength);
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
