/** From a recorded history to the checker's operations, and to its verdict. */
import {
  casRegister,
  checkOperations,
  type CasRegisterInput,
  type CheckOptions,
  type CheckResult,
  type Operation,
  type RegisterOutput,
} from 'porcupine-ts';

/** What the checker needs to know of a client's event; the lab's history has more. */
export type RegisterEvent = {
  readonly index: number;
  readonly process: number;
  readonly key: string;
} & (
  | { readonly f: 'read'; readonly type: 'invoke' | 'fail' | 'info'; readonly value: null }
  | { readonly f: 'read'; readonly type: 'ok'; readonly value: string | null }
  | { readonly f: 'write'; readonly type: 'invoke' | 'ok' | 'fail' | 'info'; readonly value: string }
  | {
      readonly f: 'cas';
      readonly type: 'invoke' | 'fail' | 'info';
      readonly value: { readonly from: string | null; readonly to: string };
    }
  | {
      readonly f: 'cas';
      readonly type: 'ok';
      readonly value: { readonly swapped: boolean; readonly value?: string | null | undefined };
    }
);

export type RegisterOperation = Operation<CasRegisterInput<string | null>, RegisterOutput<string | null>>;

/** Registers that hold `null` until they are written. */
export const registersModel = casRegister({ initial: null });

/**
 * Pairs invocations with completions. An operation's id is the index of its invocation, its interval the positions of its two lines: positions are
 * totally ordered, which times are not. An operation without completion is `info`.
 */
export function toOperations(events: Iterable<RegisterEvent>): RegisterOperation[] {
  const operations: RegisterOperation[] = [];
  /** By process: where its open operation stands in `operations`. */
  const open = new Map<number, number>();
  for (const event of events) {
    const { process, index } = event;
    if (event.type === 'invoke') {
      open.set(process, operations.length);
      operations.push({
        id: index,
        process,
        input: inputOf(event),
        output: undefined,
        call: index,
        return: Infinity,
        outcome: 'info',
      });
      continue;
    }
    const at = open.get(process);
    const invoked = at === undefined ? undefined : operations[at];
    if (at === undefined || invoked === undefined) {
      throw new RangeError(`line ${index}: process ${process} completes an operation that it did not invoke`);
    }
    open.delete(process);
    const outcome = event.type;
    operations[at] = {
      ...invoked,
      outcome,
      output: outputOf(event),
      return: outcome === 'info' ? Infinity : index,
    };
  }
  return operations;
}

/** Whether the history is that of one register a key. */
export function checkRegisters(events: Iterable<RegisterEvent>, options?: CheckOptions): CheckResult {
  return checkOperations(registersModel, toOperations(events), options);
}

/** What an operation asks for, as the model takes it; also on `fail` and `info`, which repeat it. */
export function inputOf(
  event: Exclude<RegisterEvent, { readonly type: 'ok' }>,
): CasRegisterInput<string | null> {
  const { key } = event;
  switch (event.f) {
    case 'read':
      return { f: 'read', key };
    case 'write':
      return { f: 'write', key, value: event.value };
    case 'cas':
      return { f: 'cas', key, from: event.value.from, to: event.value.to };
  }
}

/** What was answered; nothing where no answer counts. */
export function outputOf(event: RegisterEvent): RegisterOutput<string | null> | undefined {
  if (event.type !== 'ok') return undefined;
  switch (event.f) {
    case 'read':
      return { value: event.value };
    case 'write':
      return {};
    case 'cas': {
      const { swapped, value } = event.value;
      return value === undefined ? { swapped } : { swapped, value };
    }
  }
}
