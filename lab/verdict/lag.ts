/** Where the lab's own event loop stood still, a measured time says more about the lab than about the nodes. */
import type { HistoryEvent } from '../history/history.ts';
import type { Evidence } from './property.ts';
import { nsPerMs, seconds } from './words.ts';

/** Why a measurement between the two times does not count against a node, or undefined where it does. */
export function lagEvidence(
  history: readonly HistoryEvent[],
  fromNs: number,
  toNs: number,
): Evidence | undefined {
  for (const event of history) {
    if (event.f !== 'lag') continue;
    const stoodStillFromNs = event.time - event.value.ms * nsPerMs;
    if (event.time < fromNs || stoodStillFromNs > toNs) continue;
    return {
      summary:
        `The lab itself stood still for ${Math.round(event.value.ms)} ms before ${seconds(event.time)}, within the time measured, ` +
        `so the measurement does not count. Run again on a machine with less load.`,
      events: [event.index],
    };
  }
  return undefined;
}
