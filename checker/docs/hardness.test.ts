/** The reduction of hardness.md, carried out: formulas to coverings to histories, against truth tables. */
import { describe, expect, test } from '@jest/globals';
import { checkOperations } from '../check.ts';
import { casRegister, type CasRegisterInput, type RegisterOutput } from '../models/register.ts';
import type { Operation } from '../operation.ts';

/** A literal is a variable's number, from 1, or its negative. */
type Clause = readonly number[];
/** First and last point. */
type Interval = readonly [number, number];

interface Covering {
  readonly points: number;
  /** The intervals of each colour. */
  readonly colours: readonly (readonly Interval[])[];
}

function toCovering(clauses: readonly Clause[]): Covering {
  const occurrences = clauses.flatMap((clause, index) =>
    clause.map((literal) => ({ literal, clause: index })),
  );
  const variables = [...new Set(occurrences.map(({ literal }) => Math.abs(literal)))];
  const colours: Interval[][] = [];
  const own = new Map<object, number>();
  let points = 0;
  const layOut = (literal: number): Interval[] => {
    const first = points;
    for (const each of occurrences) if (each.literal === literal) own.set(each, points++);
    return points === first ? [] : [[first, points - 1]];
  };
  const alone = () => {
    colours.push([[points, points]]);
    points++;
  };
  for (const variable of variables) {
    const plain = layOut(variable);
    alone();
    colours.push([...plain, ...layOut(-variable)]);
    alone();
  }
  const firstClause = points;
  points += clauses.length;
  for (const each of occurrences) {
    const itself = own.get(each) ?? 0;
    const at = firstClause + each.clause;
    colours.push([[itself, itself], [at, at]]); // prettier-ignore
  }
  return { points, colours };
}

type Cas = Operation<CasRegisterInput<number>, RegisterOutput<number>>;

function toHistory({ points, colours }: Covering): Cas[] {
  const history: Cas[] = [];
  let position = 1;
  const values = colours.map((_, index) => index + 1);
  let fresh = values.length;
  const contains = (value: number, point: number) =>
    colours[value - 1]?.some(([first, last]) => first <= point && point <= last) ?? false;
  for (let point = 0; point < points; point++) {
    const foreign = [0, ...values.filter((value) => !contains(value, point))];
    for (let round = 0; round <= values.length; round++) {
      for (const from of foreign) {
        history.push({
          id: position,
          process: 0,
          input: { f: 'cas', key: 'x', from, to: ++fresh },
          output: { swapped: false },
          call: position,
          return: position + 0.5,
          outcome: 'ok',
        });
        position++;
      }
    }
  }
  const writes = values.map((value): Cas => ({
    id: -value,
    process: value,
    input: { f: 'write', key: 'x', value },
    output: {},
    call: 0,
    return: position,
    outcome: 'ok',
  }));
  return [...writes, ...history];
}

function isSatisfiable(clauses: readonly Clause[], variables: number): boolean {
  return Array.from({ length: 2 ** variables }, (_, truth) => truth).some((truth) =>
    clauses.every((clause) =>
      clause.some((literal) => ((truth >> (Math.abs(literal) - 1)) & 1) === (literal > 0 ? 1 : 0)),
    ),
  );
}

describe('the reduction from satisfiability', () => {
  const literals = [1, -1, 2, -2];
  const single = literals.map((literal): Clause => [literal]);
  const double = literals.flatMap((a, index) => literals.slice(index + 1).map((b): Clause => [a, b]));
  const formulas: readonly (readonly Clause[])[] = [
    ...single.flatMap((a) => single.map((b) => [a, b])),
    ...double.flatMap((a) => single.map((b) => [a, b])),
    [[1], [-1, 2], [-2]],
    [[1, 2], [-1], [2]],
  ];

  test('keeps the answer, for all formulas of two short clauses', () => {
    const seen = { satisfiable: 0, unsatisfiable: 0 };
    for (const clauses of formulas) {
      const expected = isSatisfiable(clauses, 2);
      const history = toHistory(toCovering(clauses));
      const { verdict } = checkOperations(casRegister<number>({ initial: 0 }), history);
      expect({ clauses, verdict }).toEqual({ clauses, verdict: expected ? 'linearizable' : 'illegal' });
      seen[expected ? 'satisfiable' : 'unsatisfiable']++;
    }
    expect(seen.satisfiable).toBeGreaterThan(10);
    expect(seen.unsatisfiable).toBeGreaterThan(3);
  });
});
