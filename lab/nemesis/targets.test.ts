import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@raft-lab/workloads';
import { largestMinority, resolveTarget } from './targets.ts';
import type { View } from './nemesis.ts';

const view: View = {
  nodes: ['n1', 'n2', 'n3', 'n4', 'n5'],
  running: ['n1', 'n2', 'n3', 'n4'],
  leader: 'n2',
  voters: ['n1', 'n2', 'n3', 'n4', 'n5'],
  spares: [],
  guests: [],
  status: () => undefined,
};
const resolve = (target: string, of: View = view) => resolveTarget(target, of, seededRandom(4));

describe('targets', () => {
  test('the leader, all that run, and nodes by name', () => {
    expect(resolve('leader')).toEqual(['n2']);
    expect(resolve('all')).toEqual(['n1', 'n2', 'n3', 'n4']);
    expect(resolve('n4+n1')).toEqual(['n4', 'n1']);
  });

  test('followers are never the leader, and voters may be', () => {
    const followers = new Set<string>();
    const voters = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      const of = (target: string) => resolveTarget(target, view, seededRandom(seed)) as string[];
      for (const node of of('followers:2')) followers.add(node);
      for (const node of of('voters:1')) voters.add(node);
    }
    expect([...followers].sort()).toEqual(['n1', 'n3', 'n4']);
    expect([...voters].sort()).toEqual(['n1', 'n2', 'n3', 'n4']);
  });

  test('a minority can be missing and a majority cannot', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(largestMinority)).toEqual([0, 0, 1, 1, 2, 2, 3]);
    expect(resolve('minority')).toHaveLength(2);
    expect(resolve('majority')).toHaveLength(3);
    const even = { ...view, voters: ['n1', 'n2', 'n3', 'n4'] };
    expect(resolve('majority', even)).toHaveLength(3);
  });

  test('what is down cannot be harmed again', () => {
    expect(resolve('n5')).toEqual({ skipped: 'n5 is not running' });
    expect(resolve('all', { ...view, running: [] })).toEqual({ skipped: 'no node is running' });
  });
});
