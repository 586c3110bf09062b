/** What the caller's thread and the others say to each other. All of it is plain data. */
import type { Operation } from '../operation.ts';
import type { Searched } from '../partition.ts';
import type { Budget } from '../search/budget.ts';
import type { ModelSource } from './model-source.ts';

/** Given to a thread when it starts. */
export interface ThreadSettings {
  readonly source: ModelSource;
  /** Of one key at a time. */
  readonly budget: Budget;
  /** One 32-bit word; not 0 once the caller wants no more. */
  readonly stopped: SharedArrayBuffer;
}

/** One key to search. */
export interface Task {
  readonly index: number;
  readonly operations: readonly Operation<unknown, unknown>[];
}

export interface Done {
  readonly index: number;
  readonly searched: Searched;
}
