import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@raft-lab/workloads';
import type { Status } from '../history/history.ts';
import { fallBehind } from './fall-behind.ts';
import type { Context, View } from './nemesis.ts';

const nodes = ['n1', 'n2', 'n3'];
const fault = { kind: 'fall-behind', target: 'n3', cut: 'close' } as const;

function view(snapshots: Readonly<Record<string, number>>, features = ['snapshot']): View {
  const status = (node: string): Status => ({
    id: node,
    role: 'follower',
    term: 1,
    leader: 'n1',
    features,
    lastLogIndex: 250,
    snapshotIndex: snapshots[node] ?? 0,
  });
  return { nodes, running: nodes, leader: 'n1', voters: nodes, spares: [], guests: [], status };
}

function isDone(snapshots: Readonly<Record<string, number>>): boolean | undefined {
  const context = { view: () => view(snapshots), snapshotEntries: 100 } as unknown as Context;
  return fallBehind.isDone?.({ step: 's', fault, nodes: ['n3'], rules: [] }, context);
}

describe('falling behind', () => {
  test('cuts the target off from everyone, both ways', () => {
    const found = fallBehind.resolve(fault, view({}), seededRandom(1));
    if (found.kind === 'skipped') throw new Error(found.reason);
    const flows = found.rules.map(({ flow }) => `${flow.from}>${flow.to}`).sort();
    expect(flows).toEqual(['n1>n3', 'n2>n3', 'n3>n1', 'n3>n2']);
  });

  test('is done when every other voter has compacted what the target lacks, and what it may have kept for the late', () => {
    expect(isDone({ n1: 351, n2: 360 })).toBe(true);
    expect(isDone({ n1: 351, n2: 350 })).toBe(false);
    expect(isDone({ n1: 351 })).toBe(false);
  });

  test('is skipped where nodes take no snapshots', () => {
    expect(fallBehind.resolve(fault, view({}, []), seededRandom(1))).toMatchObject({
      kind: 'skipped',
      isFinal: true,
    });
  });
});
