/** What a run is judged by. Each property is a pure function of the plan and the history, in a file of its own. */
import type { HistoryEvent } from '../history/history.ts';
import type { Plan } from '../plan/plan.ts';

/** Three values: `undecided` never counts as a pass, and its evidence says what would decide it. */
export type Verdict = 'pass' | 'fail' | 'undecided';

export interface Evidence {
  /** One or two sentences a student can act on: what was expected, what was seen, with times, processes, nodes and values. */
  readonly summary: string;
  /** Indices of the history lines that matter, in order. */
  readonly events: readonly number[];
  /** Further lines of detail, such as a node's last output. */
  readonly details?: readonly string[];
}

/** What kind of promise it is: decides the exit code of a failure (safety 1, liveness 2, lab 4, coverage 3). */
export type Concern = 'safety' | 'liveness' | 'lab' | 'coverage';

export interface PropertyResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly concern: Concern;
  /** Empty on a pass without anything worth saying. */
  readonly evidence: readonly Evidence[];
}

/** The run gave no occasion to judge by this property: neither a pass nor a doubt, and the report says so. */
export interface NotJudged {
  readonly name: string;
  readonly notJudged: string;
}

export interface Run {
  readonly plan: Plan;
  readonly history: readonly HistoryEvent[];
}

export type Property = (run: Run) => PropertyResult | NotJudged;

/** The most evidence one property shows: a broken node breaks its promise at every poll. */
export const evidenceMax = 8;

/** Keeps the first pieces of evidence, and says how many more there were. */
export function firstEvidence(evidence: readonly Evidence[]): readonly Evidence[] {
  if (evidence.length <= evidenceMax) return evidence;
  const more = evidence.length - evidenceMax;
  return [
    ...evidence.slice(0, evidenceMax),
    { summary: `… and ${more} more of the same kind, in the history.`, events: [] },
  ];
}
