/** Small random register histories in which everything occurs: most are illegal, and all engines must agree on each. */
import type { CasRegisterInput, RegisterOutput } from '../models/register.ts';
import type { Operation, Outcome } from '../operation.ts';
import { chance, type Draw } from './draw.ts';
import { randomIntervals } from './intervals.ts';

export type RegisterOperation = Operation<CasRegisterInput<number>, RegisterOutput<number>>;

/** What registers hold at first in generated histories. */
export const initialNumber = 0;

/** @param most operations; brute force takes up to about a dozen. */
export function smallHistory(draw: Draw, most: number): RegisterOperation[] {
  const count = 1 + draw(most);
  const intervals = randomIntervals(draw, count, chance(draw, 20));
  const values = chance(draw, 70) ? uniqueValues(draw, count) : repeatedValues(draw);
  return intervals.map((interval, index) => {
    const outcome: Outcome = chance(draw, 75) ? 'ok' : chance(draw, 60) ? 'info' : 'fail';
    const { input, output } = randomCall(draw, values, index);
    return {
      id: index + 1,
      process: index,
      input,
      output: outcome === 'ok' ? output : undefined,
      call: interval.call,
      return: outcome === 'ok' ? interval.return : Infinity,
      outcome,
    };
  });
}

interface Values {
  readonly written: (index: number) => number;
  /** What might be there, rarely a value that nobody writes. */
  readonly seen: () => number;
}

function uniqueValues(draw: Draw, count: number): Values {
  const beyond = () => (chance(draw, 3) ? 1 : 0);
  return { written: (index) => index + 1, seen: () => draw(count + 1 + beyond()) };
}

function repeatedValues(draw: Draw): Values {
  const most = 1 + draw(3);
  return { written: () => draw(most + 1), seen: () => draw(most + 1) };
}

function randomCall(
  draw: Draw,
  values: Values,
  index: number,
): { readonly input: CasRegisterInput<number>; readonly output: RegisterOutput<number> } {
  const key = 'x';
  if (chance(draw, 40)) return { input: { f: 'read', key }, output: { value: values.seen() } };
  if (chance(draw, 50)) return { input: { f: 'write', key, value: values.written(index) }, output: {} };
  const to = values.written(index);
  const from = chance(draw, 10) ? to : values.seen();
  const input = { f: 'cas', key, from, to } as const;
  if (chance(draw, 70)) return { input, output: { swapped: true } };
  return { input, output: chance(draw, 70) ? { swapped: false, value: values.seen() } : { swapped: false } };
}
