/** The history as the search walks it: calls and completions in order, and who is open at each completion. */
import type { RegisterAction } from '../blocks/register-view.ts';
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import type { States } from './states.ts';
import { NotPlainDataError, structuralKey } from './structural-key.ts';

/** What a register sees of an operation is all that can matter to it, and is soon written down. */
function actionKey(action: RegisterAction): string {
  switch (action.does) {
    case 'read':
    case 'write':
      return `${action.does} ${structuralKey(action.value)}`;
    case 'swap':
      return `swap ${structuralKey(action.from)} ${structuralKey(action.to)}`;
    case 'mismatch':
    case 'contradict':
      return `${action.does} ${structuralKey(action.expected)}`;
    case 'nothing':
      return action.does;
  }
}

/** Operations of unknown outcome with the same input: any may stand for any other, if it was called before. */
export interface UnknownClass {
  readonly kind: number;
  /** Operations by call, and the index of the first event after each. */
  readonly operations: readonly number[];
  readonly callableFrom: readonly number[];
}

export interface Timeline {
  /** Calls and completions in order: a call is the operation, a completion its complement `~operation`. */
  readonly events: Int32Array;
  /** For each operation: its kind, and the slot it occupies while it is open. Two open operations never share a slot. */
  readonly kind: Int32Array;
  readonly slot: Int32Array;
  /** For each event that is a completion, the operations open at it (the completing one among them) are `open[openFrom[e]..openFrom[e + 1]]`. */
  readonly open: Int32Array;
  readonly openFrom: Int32Array;
  /** By the first call. */
  readonly unknown: readonly UnknownClass[];
}

/** @param operations by call, none refused. */
export function layOut<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  states: States<State, Input, Output>,
): Timeline {
  const readOnly = (input: Input) => model.readOnly?.(input) ?? false;
  const kind = new Int32Array(operations.length).fill(-1);
  const kinds = new Map<string, number>();
  const kindOf = (input: Input, output: Output | undefined) => {
    const what = { input, output, readOnly: readOnly(input) };
    let key: string;
    try {
      key =
        model.register === undefined
          ? `${structuralKey(input)} ${structuralKey(output)}`
          : actionKey(model.register.action(input, output));
    } catch (error) {
      if (!(error instanceof NotPlainDataError)) throw error;
      return states.addKind(what);
    }
    const known = kinds.get(key) ?? states.addKind(what);
    kinds.set(key, known);
    return known;
  };

  const completions: number[] = [];
  for (const [index, operation] of operations.entries()) {
    const known = operation.outcome === 'ok';
    // An unknown operation that changes nothing is never needed.
    if (!known && readOnly(operation.input)) continue;
    kind[index] = kindOf(operation.input, known ? operation.output : undefined);
    if (known) completions.push(index);
  }
  const endOf = (index: number) => operations[index]?.return ?? Infinity;
  completions.sort((a, b) => endOf(a) - endOf(b));

  const events = new Int32Array(completions.length * 2);
  const slot = new Int32Array(operations.length).fill(-1);
  const open: number[] = [];
  const openFrom = new Int32Array(events.length + 1);
  const unknown = new Map<number, { kind: number; operations: number[]; callableFrom: number[] }>();
  const freeSlots: number[] = [];
  const opened = new Set<number>();
  let slots = 0;
  let length = 0;
  let called = 0;
  for (const completing of completions) {
    for (; called < operations.length; called++) {
      const operation = operations[called];
      if (operation === undefined || operation.call > endOf(completing)) break;
      const itsKind = kind[called] ?? -1;
      if (itsKind === -1) continue;
      if (operation.outcome === 'ok') {
        slot[called] = freeSlots.pop() ?? slots++;
        opened.add(called);
        openFrom[length + 1] = open.length;
        events[length++] = called;
        continue;
      }
      const group = unknown.get(itsKind) ?? { kind: itsKind, operations: [], callableFrom: [] };
      group.operations.push(called);
      group.callableFrom.push(length);
      unknown.set(itsKind, group);
    }
    for (const operation of opened) open.push(operation);
    openFrom[length + 1] = open.length;
    events[length++] = ~completing;
    opened.delete(completing);
    freeSlots.push(slot[completing] ?? 0);
  }
  return { events, kind, slot, open: Int32Array.from(open), openFrom, unknown: [...unknown.values()] };
}
