import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nemesisFor } from '../nemesis/nemeses.ts';
import { drawPlan, type PlanOptions } from './draw-plan.ts';
import { faultSchema, planSchema, type FaultKind } from './plan.ts';
import { contradictions } from './read-plan.ts';

const kinds: FaultKind[] = faultSchema.options.map(({ shape }) => shape.kind.value);
const base: PlanOptions = { seed: 1, nodes: 5, durationMs: 60_000, kinds, rate: 400 };

const options = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  nodes: fc.integer({ min: 1, max: 9 }),
  durationMs: fc.integer({ min: 1_000, max: 300_000 }),
  kinds: fc.subarray(kinds),
  rate: fc.constant(400),
});

describe('a drawn plan', () => {
  test('is the same for the same options, and another for another seed', () => {
    expect(drawPlan(base)).toEqual(drawPlan(base));
    expect(drawPlan(base).schedule).not.toEqual(drawPlan({ ...base, seed: 2 }).schedule);
  });

  test('is valid, free of contradictions and of shapes that mean nothing, whatever is asked for', () => {
    fc.assert(
      fc.property(options, (drawn) => {
        const plan = drawPlan(drawn);
        expect(planSchema.parse(plan)).toEqual(plan);
        expect(contradictions(plan)).toEqual([]);
        for (const { fault } of plan.schedule) expect(drawn.kinds).toContain(fault.kind);
      }),
    );
  });

  test('has every chosen fault, every kind of cut and at least three deposed leaders in a minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const { schedule, coverage } = drawPlan({ ...base, seed });
        expect(new Set(schedule.map(({ fault }) => fault.kind))).toEqual(new Set(kinds));
        expect(coverage).toContainEqual({ name: 'elections', atLeast: 3 });
        for (const cut of ['close', 'black-hole', 'hold'])
          expect(coverage).toContainEqual({ name: `fault:partition:${cut}`, atLeast: 1 });
      }),
    );
  });

  test('kills every node at once in every minute: a log that is not kept is not missed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const killed = drawPlan({ ...base, seed }).schedule.flatMap(({ fault }) =>
          fault.kind === 'kill' ? [fault.target] : [],
        );
        expect(killed).toContain('all');
        expect(killed).toContain('leader');
      }),
    );
  });

  test('changes the configuration in every minute, with a spare, and asks for each kind of change to be seen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const { schedule, coverage, nodes, voters } = drawPlan({ ...base, seed });
        expect([nodes.length, voters.length]).toEqual([6, 5]);
        const changes = schedule.flatMap(({ fault }) => (fault.kind === 'membership' ? [fault] : []));
        expect(changes.at(-1)).toMatchObject({ change: 'replace', stays: true });
        for (const kind of ['add', 'remove', 'remove-leader', 'joint', 'demote', 'promote'])
          expect(coverage).toContainEqual({ name: `change:${kind}`, atLeast: 1 });
        expect(coverage).toContainEqual({ name: 'snapshot-installs', atLeast: 2 });
        expect(coverage).toContainEqual({ name: 'snapshot-installs:joiner', atLeast: 1 });
      }),
    );
  });

  test('has no spare where the configuration is not to change', () => {
    const { nodes, voters } = drawPlan({ ...base, kinds: ['kill', 'fall-behind'] });
    expect(nodes).toEqual(voters);
  });

  test.each([
    [1, ['add']],
    [2, ['add', 'replace']],
    [3, ['add', 'demote', 'remove', 'replace']],
  ])('with %i voters changes what such a cluster can', (size, expected) => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      for (const { fault } of drawPlan({ ...base, seed, nodes: size }).schedule)
        if (fault.kind === 'membership') seen.add(fault.change);
    }
    expect([...seen].sort()).toEqual(expected);
  });

  test('never lets two hard faults meet', () => {
    const hard: readonly FaultKind[] = ['partition', 'kill', 'pause', 'fall-behind'];
    const steps = drawPlan({ ...base, durationMs: 300_000 }).schedule.filter(({ fault }) =>
      hard.includes(fault.kind),
    );
    expect(steps.length).toBeGreaterThan(20);
    steps.reduce((before, step) => {
      expect(step.afterMs).toBeGreaterThan(before.afterMs + before.forMs);
      return step;
    });
  });

  test('refused shapes are refused by the nemesis, not only left out by the draw', () => {
    const bridge = { kind: 'partition', shape: 'bridge', target: 'all', cut: 'hold' } as const;
    expect(nemesisFor(bridge).refuse(bridge, 3)).toContain('needs at least five nodes');
    expect(nemesisFor(bridge).refuse(bridge, 5)).toBeUndefined();
  });
});
