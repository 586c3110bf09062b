import { expect, test } from '@jest/globals';
import type { Resolution } from '../nemesis/nemesis.ts';
import type { Fault } from '../plan/plan.ts';
import { RunBuilder } from '../verdict/testdata/run-builder.ts';
import { replayNotes } from './replay-notes.ts';

const kill: Fault = { kind: 'kill', target: 'leader' };
const resolved = { kind: 'resolved', nodes: ['n1'], rules: [] } as const;

test('a replay says which of its steps differ from the recorded ones', () => {
  const pins = new Map<string, Resolution>([
    ['same', resolved],
    ['other', resolved],
    ['gone', resolved],
    ['never', { kind: 'skipped', reason: 'nobody leads' }],
  ]);
  const { history } = new RunBuilder({})
    .step(100, 200, 'same', kill, { nodes: ['n1'] })
    .stage(300, 'other', 'begins', kill, {
      nodes: ['n1'],
      reason: 'n1 led in the recorded run; now n2 leads',
    })
    .stage(310, 'other', 'in-force', kill, { nodes: ['n1'] })
    .stage(400, 'gone', 'skipped', kill, { reason: 'n1 is not running' })
    .stage(500, 'never', 'skipped', kill, { reason: 'it was skipped in the recorded run too' })
    .step(600, 700, 'new', kill, { nodes: ['n3'] })
    .build();
  expect(replayNotes('store/a', pins, history)).toEqual([
    'A replay of store/a: 2 of the 3 faults that came in force there did so here, each with the same targets.',
    'Step other: n1 led in the recorded run; now n2 leads; step gone was skipped: n1 is not running; step new was not reached in the recorded run, and its target was chosen anew.',
  ]);
});
