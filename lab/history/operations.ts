/** Pairs each invocation of a client with its completion: what most properties and every picture begin with. */
import { LabError } from '../lab-error.ts';
import type { ClientEvent, HistoryEvent } from './history.ts';

export interface Operation {
  readonly process: number;
  readonly f: ClientEvent['f'];
  readonly key: string;
  readonly invoke: ClientEvent;
  /** Missing where the run ended first: then the outcome is `info`. */
  readonly completion: ClientEvent | undefined;
  readonly outcome: 'ok' | 'fail' | 'info';
  readonly startNs: number;
  /** When the client was told, or gave up; `Infinity` where it did neither before the run ended. */
  readonly endNs: number;
}

export function isClientEvent(event: HistoryEvent): event is ClientEvent {
  return typeof event.process === 'number';
}

/**
 * Operations in the order of their invocations.
 * @throws LabError `store` where a process invokes twice, completes what it did not invoke, or goes on after an `info`
 */
export function pairOperations(history: readonly HistoryEvent[]): Operation[] {
  const paired: { invoke: ClientEvent; completion: ClientEvent | undefined }[] = [];
  const open = new Map<number, number>();
  const retired = new Set<number>();
  for (const event of history) {
    if (!isClientEvent(event)) continue;
    const { process } = event;
    if (event.type === 'invoke') {
      if (open.has(process)) throw malformed(event, 'invokes while its last operation is still open');
      if (retired.has(process)) throw malformed(event, 'goes on although an operation of it ended as info');
      open.set(process, paired.length);
      paired.push({ invoke: event, completion: undefined });
      continue;
    }
    const at = open.get(process);
    const pair = at === undefined ? undefined : paired[at];
    if (pair === undefined) throw malformed(event, 'completes an operation that it did not invoke');
    if (pair.invoke.f !== event.f || pair.invoke.key !== event.key)
      throw malformed(
        event,
        `completes a ${event.f} of ${event.key} but invoked ${pair.invoke.f} of ${pair.invoke.key}`,
      );
    pair.completion = event;
    open.delete(process);
    if (event.type === 'info') retired.add(process);
  }
  return paired.map(({ invoke, completion }) => ({
    process: invoke.process,
    f: invoke.f,
    key: invoke.key,
    invoke,
    completion,
    outcome: completion === undefined || completion.type === 'invoke' ? 'info' : completion.type,
    startNs: invoke.time,
    endNs: completion?.time ?? Infinity,
  }));
}

function malformed(event: ClientEvent, what: string): LabError {
  return new LabError(
    'store',
    `history line ${event.index + 1}: process ${event.process} ${what}. The history is not as the lab wrote it; run the test again.`,
  );
}
