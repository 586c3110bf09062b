/** Whether an expectation of a run holds: yes, no, or not to be said, which is neither. */
import type { PropertyResult } from '../verdict/property.ts';
import type { RunHistory } from './run-history.ts';

export type Answer = 'holds' | 'broken' | 'undecided';

export interface Judged {
  readonly answer: Answer;
  /** What it rests on, worst first. */
  readonly properties: readonly PropertyResult[];
}

/** Without these no answer of a property means anything: the lab did what it was told, the faults bit, and no node died. */
const preconditions = ['lab', 'alive', 'coverage'] as const;

/**
 * What was seen was seen: a broken promise is broken whatever else went wrong. But it holds only where the run could have shown the opposite.
 */
export function judgeExpectation(run: RunHistory, promised: PropertyResult): Judged {
  if (promised.verdict === 'fail') return { answer: 'broken', properties: [promised] };
  const missing = preconditions.flatMap((name) => {
    const property = run.property(name);
    return property === undefined || property.verdict === 'pass' ? [] : [property];
  });
  const doubtful = [...missing, ...(promised.verdict === 'undecided' ? [promised] : [])];
  return doubtful.length === 0
    ? { answer: 'holds', properties: [promised] }
    : { answer: 'undecided', properties: doubtful };
}
