/** What a test may expect of a history. */
import { expect } from '@jest/globals';
import { usage } from '../setup/options.ts';
import type { PropertyResult } from '../verdict/property.ts';
import { describeFailure } from './describe-failure.ts';
import { judgeExpectation } from './judge-expectation.ts';
import { oneLeaderPerTerm } from './one-leader-per-term.ts';
import { recoversWithin } from './recovers-within.ts';
import { RunHistory } from './run-history.ts';

/** Each fails where it cannot be decided, also under `.not`: what a run did not show is neither true nor false. */
export interface RunMatchers<R> {
  /** No answer contradicts another: the cluster behaves like one register a key. */
  toBeLinearizable(): R;
  /** No two nodes claimed to lead in the same term, and somebody did. */
  toHaveOneLeaderPerTerm(): R;
  /** A leader and an accepted write, at most so many milliseconds after the last fault was lifted. */
  toRecoverWithin(ms: number): R;
}

interface MatcherContext {
  readonly isNot?: boolean;
}

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

type Promised = (run: RunHistory) => PropertyResult;

function matcher(name: string, isNot: boolean, received: unknown, promised: Promised): MatcherResult {
  const run = historyIn(name, received);
  const { answer, properties } = judgeExpectation(run, promised(run));
  const call = `expect(history)${isNot ? '.not' : ''}.${name}`;
  switch (answer) {
    case 'holds':
      return { pass: true, message: () => `${call}\n\nbut it holds.\n\n${describeFailure(run, properties)}` };
    case 'broken':
      return { pass: false, message: () => `${call}\n\n${describeFailure(run, properties)}` };
    case 'undecided':
      // The opposite of what the test wants, whichever that is.
      return {
        pass: isNot,
        message: () => `${call}\n\nundecided: ${describeFailure(run, properties)}`,
      };
  }
}

function historyIn(matcherName: string, received: unknown): RunHistory {
  if (received instanceof RunHistory) return received;
  const hint = received instanceof Promise ? 'a promise: await it first' : typeof received;
  throw usage(`${matcherName} takes what runWorkload or runPlan resolves with, and was given ${hint}.`);
}

expect.extend({
  toBeLinearizable(this: MatcherContext, received: unknown) {
    return matcher('toBeLinearizable()', this.isNot === true, received, linearizableIn);
  },
  toHaveOneLeaderPerTerm(this: MatcherContext, received: unknown) {
    return matcher('toHaveOneLeaderPerTerm()', this.isNot === true, received, oneLeaderPerTerm);
  },
  toRecoverWithin(this: MatcherContext, received: unknown, ms: number) {
    return matcher(`toRecoverWithin(${ms})`, this.isNot === true, received, (run) => recoversWithin(run, ms));
  },
});

function linearizableIn(run: RunHistory): PropertyResult {
  const property = run.property('linearizable');
  if (property === undefined) throw new Error('every run is judged by whether it is linearizable');
  return property;
}
