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

export interface PropertyResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** What kind of promise it is: decides the exit code (safety 1, liveness 2, lab 4, coverage 3). */
  readonly concern: 'safety' | 'liveness' | 'lab' | 'coverage';
  /** Empty on a pass without anything worth saying. */
  readonly evidence: readonly Evidence[];
}

export interface Run {
  readonly plan: Plan;
  readonly history: readonly HistoryEvent[];
}

export type Property = (run: Run) => PropertyResult;
