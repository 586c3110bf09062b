/** Objects that may go to any of several states: checked as one object whose state is the set of states it may be in. */
import type { Model, ModelState } from './model.ts';
import { structuralKey } from './search/structural-key.ts';

/** As `Model`, but `init` and `step` give every state that is possible; none means impossible. States are plain data. */
export interface NondeterministicModel<State extends ModelState, Input, Output> {
  readonly name: string;
  readonly init: () => readonly State[];
  readonly step: (state: State, input: Input, output: Output | undefined) => readonly State[];
  readonly partition?: (input: Input) => string;
  /** True for inputs that never change the state, though their answer may narrow down what it can be. */
  readonly readOnly?: (input: Input) => boolean;
  readonly describeOperation?: (input: Input, output: Output | undefined) => string;
  readonly describeState?: (state: State) => string;
}

/** The power-set construction: a deterministic model that allows exactly what `model` allows. */
export function determinize<State extends ModelState, Input, Output>(
  model: NondeterministicModel<State, Input, Output>,
): Model<readonly State[], Input, Output> {
  const { partition, readOnly, describeOperation, describeState } = model;
  return {
    name: model.name,
    init: () => canonical(model.init()),
    step: (states, input, output) => {
      const next = canonical(states.flatMap((state) => model.step(state, input, output)));
      return next.length === 0 ? undefined : next;
    },
    ...(partition && { partition }),
    ...(readOnly && { readOnly }),
    ...(describeOperation && { describeOperation }),
    ...(describeState && { describeState: (states) => states.map(describeState).join(' or ') }),
  };
}

/** Without repetition, in an order that depends on the content alone. */
function canonical<State>(states: readonly State[]): readonly State[] {
  const byKey = new Map(states.map((state) => [structuralKey(state), state]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state);
}
