import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@raft-lab/workloads';
import fc from 'fast-check';
import type { Fault } from '../plan/plan.ts';
import type { View } from './nemesis.ts';
import { partition } from './partition.ts';

type Partition = Extract<Fault, { kind: 'partition' }>;

function view(size: number, leader: string | null = 'n1'): View {
  const nodes = Array.from({ length: size }, (_, i) => `n${i + 1}`);
  return { nodes, running: nodes, leader, voters: nodes, spares: [], guests: [], status: () => undefined };
}

function cuts(fault: Partition, of: View, seed = 1): Set<string> {
  const resolution = partition.resolve(fault, of, seededRandom(seed));
  if (resolution.kind === 'skipped') throw new Error(resolution.reason);
  return new Set(resolution.rules.map(({ flow }) => `${flow.from}>${flow.to}`));
}

const isolate: Partition = { kind: 'partition', shape: 'isolate', target: 'leader', cut: 'hold' };
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** How many nodes each node still hears in both directions, itself included. */
function seen(of: View, cut: Set<string>): number[] {
  return of.nodes.map(
    (a) => of.nodes.filter((b) => a === b || (!cut.has(`${a}>${b}`) && !cut.has(`${b}>${a}`))).length,
  );
}

describe('partitions', () => {
  test('isolate cuts the target from everybody, both ways', () => {
    expect([...cuts(isolate, view(3))].sort()).toEqual(['n1>n2', 'n1>n3', 'n2>n1', 'n3>n1']);
  });

  test('one-way cuts one direction only', () => {
    const oneWay = (direction: 'inbound' | 'outbound'): Partition => ({
      ...isolate,
      shape: 'one-way',
      direction,
    });
    expect([...cuts(oneWay('outbound'), view(3))].sort()).toEqual(['n1>n2', 'n1>n3']);
    expect([...cuts(oneWay('inbound'), view(3))].sort()).toEqual(['n2>n1', 'n3>n1']);
  });

  test('halves leave a majority on at most one side', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 9 }), (seed, size) => {
        const of = view(size);
        const sizes = seen(
          of,
          cuts({ kind: 'partition', shape: 'halves', target: 'all', cut: 'close' }, of, seed),
        );
        expect(new Set(sizes)).toEqual(new Set([Math.floor(size / 2), Math.ceil(size / 2)]));
      }),
    );
  });

  test('over a bridge every node sees a majority only through the middle', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 5, max: 9 }), (seed, size) => {
        const of = view(size);
        const sizes = seen(
          of,
          cuts({ kind: 'partition', shape: 'bridge', target: 'all', cut: 'close' }, of, seed),
        );
        const middle = size % 2 === 0 ? 2 : 1;
        expect(sizes.filter((count) => count === size)).toHaveLength(middle);
        expect(sizes.filter((count) => count === Math.floor((size - 1) / 2) + middle)).toHaveLength(
          size - middle,
        );
      }),
    );
  });

  test('on the ring every node sees a majority, and no two see the same', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(5, 7, 9), (seed, size) => {
        const of = view(size);
        const cut = cuts(
          { kind: 'partition', shape: 'majorities-ring', target: 'all', cut: 'close' },
          of,
          seed,
        );
        expect(cut.size).toBeGreaterThan(0);
        for (const count of seen(of, cut)) expect(count).toBeGreaterThan(size / 2);
        const views = of.nodes.map((a) => of.nodes.filter((b) => !cut.has(`${a}>${b}`)).join());
        expect(new Set(views).size).toBe(size);
      }),
    );
  });

  test('with nobody leading the step is skipped, and says why', () => {
    expect(partition.resolve(isolate, view(3, null), seededRandom(1))).toEqual({
      kind: 'skipped',
      reason: 'nobody leads',
    });
  });

  test.each<[string, Partition, number, string]>([
    ['a lone node', isolate, 1, 'a partition needs at least two nodes'],
    [
      'a ring of four',
      { ...isolate, shape: 'majorities-ring', target: 'all' },
      4,
      'majorities-ring needs at least five nodes; with 4 it is another shape or none',
    ],
    [
      'halves of a target',
      { ...isolate, shape: 'halves' },
      5,
      'halves draws its own sides; leave the target out',
    ],
    [
      'everybody isolated',
      { ...isolate, target: 'all' },
      5,
      'isolate needs a target that leaves somebody on the other side, not "all"',
    ],
    [
      'a direction without one-way',
      { ...isolate, direction: 'inbound' },
      5,
      'isolate cuts both ways; leave the direction out',
    ],
  ])('%s is refused', (_name, fault, size, reason) => {
    expect(partition.refuse(fault, size)).toBe(reason);
  });
});
