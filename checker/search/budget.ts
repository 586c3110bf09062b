/** How much a search may cost. Steps and bytes are counted, not measured, so the same history always ends the same way. */

export interface Budget {
  /** Operations tried next, over all keys. */
  readonly steps: number;
  /** Estimated memory of the search, in bytes, for one key at a time. */
  readonly bytes: number;
}

export const defaultBudget: Budget = { steps: 20_000_000, bytes: 1_000_000_000 };

/** Anything that can be asked whether to stop: an `AbortSignal`, or an object of the caller's that looks at a clock. */
export interface StopSignal {
  readonly aborted: boolean;
}

/** Steps between two looks at the signal and the memory. */
const stepsBetweenLooks = 1024;

/** What holds the memory that the budget limits. */
export interface Holder {
  readonly bytes: number;
}

export class Allowance {
  readonly #budget: Budget;
  readonly #signal: StopSignal | undefined;
  #steps = 0;
  #nextLook = 0;

  constructor(budget: Budget, signal: StopSignal | undefined) {
    this.#budget = budget;
    this.#signal = signal;
    this.#planLook();
  }

  get steps(): number {
    return this.#steps;
  }

  /** Counts one step; the reason to stop, if there is one. What is held is asked for from time to time only. */
  spend(holder: Holder): string | undefined {
    return ++this.#steps < this.#nextLook ? undefined : this.#look(holder.bytes);
  }

  interrupted(): string | undefined {
    return this.#signal?.aborted === true
      ? 'the caller stopped the search; more time would decide it'
      : undefined;
  }

  #look(bytes: number): string | undefined {
    this.#planLook();
    const { steps: maxSteps, bytes: maxBytes } = this.#budget;
    if (this.#steps > maxSteps) {
      return `the search ended after its ${maxSteps} steps; a larger budget.steps, or a history with fewer operations open at once, would decide it`;
    }
    if (bytes > maxBytes) {
      return `the search ended at its ${maxBytes} bytes; a larger budget.bytes, or a history with fewer operations open at once, would decide it`;
    }
    return this.interrupted();
  }

  #planLook(): void {
    const maxSteps = this.#budget.steps;
    const next = this.#steps + stepsBetweenLooks;
    this.#nextLook = this.#steps <= maxSteps ? Math.min(next, maxSteps + 1) : next;
  }
}
