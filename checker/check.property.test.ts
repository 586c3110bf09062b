import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bruteForce } from './brute-force.ts';
import { checkOperations } from './check.ts';
import { disagreement } from './fuzz/agreement.ts';
import { seededDraw } from './fuzz/draw.ts';
import { simulate, type SimulationOptions } from './fuzz/simulated-history.ts';
import { initialNumber, smallHistory } from './fuzz/small-history.ts';
import { verifyOrder } from './certificate.ts';
import { casRegister } from './models/register.ts';

const model = casRegister<number>({ initial: initialNumber });

describe('on small histories', () => {
  test('every engine agrees with brute force, and its evidence holds', () => {
    fc.assert(
      fc.property(fc.gen(), (generate) => {
        const operations = smallHistory((below) => generate(fc.nat, { max: below - 1 }), 7);
        expect(disagreement(model, operations)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('with more operations open at once than a number has bits', () => {
  const crowd = Array.from({ length: 40 }, (_, index) => ({
    id: 1_000 + index,
    process: 1_000 + index,
    input: { f: 'read', key: 'x' } as const,
    output: { value: initialNumber },
    // They can all be explained before anything happens, so they change no verdict.
    call: -1,
    return: 1_000,
    outcome: 'ok' as const,
  }));

  test('the search agrees with brute force', () => {
    let illegal = 0;
    fc.assert(
      fc.property(fc.gen(), (generate) => {
        const few = smallHistory((below) => generate(fc.nat, { max: below - 1 }), 7);
        const many = [...crowd, ...few];
        const { verdict, partitions } = checkOperations(model, many, { engine: 'search' });
        expect(verdict).toBe(bruteForce(model, few) ? 'linearizable' : 'illegal');
        if (verdict === 'illegal') illegal++;
        else expect(verifyOrder(model, many, partitions[0]?.order ?? [])).toBeUndefined();
      }),
      { numRuns: 500 },
    );
    expect(illegal).toBeGreaterThan(50);
  });
});

describe('on long histories', () => {
  const shapes: readonly (SimulationOptions & { readonly name: string })[] = [
    // Beyond 16,384 operations, where keys packed into one number once ran over.
    { name: 'five clients', operations: 20_000, clients: 5 },
    { name: 'unknown outcomes', operations: 2_000, clients: 5, infoPercent: 5, failPercent: 5 },
    { name: 'twenty clients', operations: 1_000, clients: 20 },
    { name: 'mostly compare-and-set', operations: 2_000, clients: 8, readPercent: 20, casPercent: 90 },
  ];
  test.each(shapes)('both engines accept a real register: $name', (shape) => {
    const history = simulate(seededDraw(shape.operations + shape.clients), shape);
    for (const engine of ['best', 'search'] as const) {
      const [result] = checkOperations(model, history, { engine }).partitions;
      expect(result).toMatchObject({
        verdict: 'linearizable',
        engine: engine === 'best' ? 'blocks' : 'search',
      });
      expect(verifyOrder(model, history, result?.order ?? [])).toBeUndefined();
    }
  });

  test('both engines find the one read that is wrong', () => {
    const history = simulate(seededDraw(7), { operations: 3_000, clients: 5 });
    const reads = history.filter(({ input, outcome }) => input.f === 'read' && outcome === 'ok');
    const [first, last] = [reads[10], reads.at(-10)];
    const planted = history.map((each) => (each === last ? { ...each, output: first?.output } : each));
    for (const engine of ['best', 'search'] as const) {
      expect(checkOperations(model, planted, { engine }).verdict).toBe('illegal');
    }
  });

  test('repeated values go to the search, which decides them', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const history = simulate(seededDraw(seed), {
        operations: 300,
        clients: 5,
        values: 5,
        infoPercent: 10,
        hidesSeen: seed % 2 === 0,
      });
      const [result] = checkOperations(model, history).partitions;
      expect(result).toMatchObject({ verdict: 'linearizable', engine: 'search' });
      expect(verifyOrder(model, history, result?.order ?? [])).toBeUndefined();
    }
  });
});
