/** Watches clients' events as they are recorded, and tells at which of them the history became impossible. */
import { Monitor } from 'porcupine-ts';
import { inputOf, outputOf, type RegisterEvent, registersModel } from './check-registers.ts';

/** No order explains the events of `key` up to and including the one with index `event`; without that one, an order does. */
export interface LiveViolation {
  readonly key: string;
  readonly event: number;
  /** The index of the operation's invocation, which is how the checker names it. */
  readonly operation: number;
}

export interface RegistersMonitor {
  /**
   * Takes the next event, in recording order.
   * @returns the violation at the very event that makes it one; afterwards, and otherwise, nothing.
   * @throws RangeError where a process completes what it did not invoke.
   */
  see(event: RegisterEvent): LiveViolation | undefined;
}

/**
 * The same model as `checkRegisters`, online and in bounded memory: what it reports, a check of the whole history finds too. The other way round a
 * check may find more, since a value that is written twice while it can be seen leaves the monitor without an opinion of that key.
 */
export function registersMonitor(): RegistersMonitor {
  const monitor = new Monitor(registersModel);
  /** By process: the index of its open operation's invocation. */
  const open = new Map<number, number>();
  let found = false;
  return {
    see: (event) => {
      const { process, index } = event;
      if (event.type === 'invoke') {
        open.set(process, index);
        monitor.invoke(index, inputOf(event));
        return undefined;
      }
      const invoked = open.get(process);
      if (invoked === undefined) {
        throw new RangeError(
          `line ${index}: process ${process} completes an operation that it did not invoke`,
        );
      }
      open.delete(process);
      const verdict = monitor.complete(invoked, event.type, outputOf(event));
      if (found || verdict.verdict !== 'illegal') return undefined;
      found = true;
      return { key: verdict.key, event: index, operation: verdict.completing };
    },
  };
}
