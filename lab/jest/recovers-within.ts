import type { PropertyResult, Run } from '../verdict/property.ts';
import { recoversFrom } from '../verdict/recovers.ts';

const name = 'recovers';

/**
 * Counted from when the last fault was over: links whole, and what was killed answering again. A test that heals by hand goes on
 * afterwards, so that is earlier than the end of its workload.
 */
export function recoversWithin(run: Run, withinMs: number): PropertyResult {
  const healed = run.history.findLast((event) => event.process === 'nemesis' && event.value.stage === 'over');
  if (healed !== undefined) return recoversFrom(run, healed, withinMs);
  return {
    name,
    verdict: 'undecided',
    concern: 'liveness',
    evidence: [
      {
        summary: 'No fault was in force, so there was nothing to recover from. A fault would decide it.',
        events: [],
      },
    ],
  };
}
