import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verifyOrder } from '../certificate.ts';
import { checkOperations } from '../check.ts';
import { chance, type Draw, seededDraw } from '../fuzz/draw.ts';
import { set, type SetInput, type SetOutput } from '../models/set.ts';
import type { Operation } from '../operation.ts';
import { mergeOrders } from './components.ts';

interface Point {
  readonly call: number;
  readonly return: number;
  readonly at: number;
  readonly component: number;
}

/** Operations by call, each with a place between its ends where it took effect. */
function points(draw: Draw): Point[] {
  const drawn = Array.from({ length: 1 + draw(12) }, () => {
    const call = draw(20);
    const end = call + draw(10);
    return { call, return: end, at: call + draw(end - call + 1), component: draw(3) };
  });
  return drawn.sort((a, b) => a.call - b.call);
}

describe('the orders of components become one', () => {
  test('in which theirs are kept, and nothing comes before what ended before it was called', () => {
    fc.assert(
      fc.property(fc.gen(), (generate) => {
        const operations = points((below) => generate(fc.nat, { max: below - 1 }));
        const orders = [0, 1, 2].map((component) =>
          operations
            .flatMap((each, index) => (each.component === component ? index : []))
            .sort((a, b) => (operations[a]?.at ?? 0) - (operations[b]?.at ?? 0)),
        );
        const merged = mergeOrders(orders, operations.length);
        expect(merged.toSorted((a, b) => a - b)).toEqual(operations.map((_, index) => index));
        for (const [component, order] of orders.entries()) {
          expect(merged.filter((index) => operations[index]?.component === component)).toEqual(order);
        }
        for (const [place, index] of merged.entries()) {
          const { call = 0 } = operations[index] ?? {};
          const later = merged.slice(place + 1);
          expect(later.filter((other) => (operations[other]?.return ?? 0) < call)).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Each operation takes effect where it begins, but those that nobody heard of may not. */
function realSet(draw: Draw, operations: number): Operation<SetInput, SetOutput>[] {
  const held = new Set<number>();
  return Array.from({ length: operations }, (_, id): Operation<SetInput, SetOutput> => {
    const value = draw(10);
    const f = (['add', 'remove', 'contains'] as const)[draw(3)] ?? 'contains';
    const isKnown = chance(draw, 80);
    const output = f === 'contains' ? { contains: held.has(value) } : {};
    if (isKnown || chance(draw, 50)) {
      if (f === 'add') held.add(value);
      if (f === 'remove') held.delete(value);
    }
    const common = { id, process: id, input: { f, key: 'x', value }, call: id } as const;
    return isKnown
      ? { ...common, output, return: id + 0.5 + draw(5), outcome: 'ok' }
      : { ...common, output: undefined, return: Infinity, outcome: 'info' };
  });
}

describe('a set', () => {
  test('is searched element by element, so that many operations of unknown outcome are few of each', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const history = realSet(seededDraw(seed), 500);
      // Searched as a whole, some of these take more than a million steps.
      const result = checkOperations(set(), history, { budget: { steps: 20_000 } });
      expect([seed, result.verdict]).toEqual([seed, 'linearizable']);
      expect(verifyOrder(set(), history, result.partitions[0]?.order ?? [])).toBeUndefined();
    }
  });

  test('is illegal where the first of its elements is', () => {
    const history = realSet(seededDraw(1), 60);
    const asked = (id: number, call: number, value: number): Operation<SetInput, SetOutput> => ({
      id,
      process: id,
      input: { f: 'contains', key: 'x', value },
      output: { contains: true },
      call,
      return: call + 1,
      outcome: 'ok',
    });
    const { verdict, partitions } = checkOperations(set(), [
      ...history,
      asked(1_001, 1_020, 102),
      asked(1_000, 1_010, 101),
    ]);
    expect(verdict).toBe('illegal');
    expect(partitions[0]).toMatchObject({ completing: 1_000, violation: { core: [1_000] } });
  });
});
