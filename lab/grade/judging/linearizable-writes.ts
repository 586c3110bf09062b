import type { HistoryEvent } from '../../history/history.ts';
import { linearizable } from '../../verdict/linearizable.ts';
import { phaseSpan } from '../../verdict/phases.ts';
import type { Property } from '../../verdict/property.ts';

export const linearizableWrites = 'linearizable-writes';
export const promiseOfWrites =
  'What was written fits one order, together with what compare-and-sets found and what was read at the end.';

/**
 * Linearizability without the reads that were made while faults were at work. What is left is what was written, what compare-and-sets found, and what was
 * read when all was healed: a violation that is still there was not made by reading. So a stale read costs the points of reading, and a lost write those of
 * replication.
 */
export const linearizableWithoutReads: Property = (run) => {
  const healed = phaseSpan(run.history, 'recover')?.index ?? Number.POSITIVE_INFINITY;
  const left = new Set<number>();
  const history = run.history.filter((event) => {
    if (!isRead(event)) return true;
    // A read that spans the healing goes as a whole.
    if (event.index < healed) {
      if (event.type === 'invoke') left.add(event.process);
      else left.delete(event.process);
      return false;
    }
    return event.type === 'invoke' || !left.delete(event.process);
  });
  return { ...linearizable({ ...run, history }), name: linearizableWrites };
};

function isRead(event: HistoryEvent): event is Extract<HistoryEvent, { f: 'read' }> {
  return event.f === 'read';
}
