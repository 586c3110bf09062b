import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../plan/plan.ts';
import { cutBetween, RunBuilder } from '../verdict/testdata/run-builder.ts';
import type { View } from './nemesis.ts';
import { pinnedFault, pinsOf, pinsSomething, resolvePinned } from './pins.ts';

const isolate: Fault = { kind: 'partition', shape: 'isolate', target: 'leader', cut: 'hold' };
const kill: Fault = { kind: 'kill', target: 'leader' };
const rules = cutBetween(['n2'], ['n1', 'n3']);
const nodes = ['n1', 'n2', 'n3'];
const view = (...running: string[]): View => ({
  nodes,
  running,
  leader: 'n1',
  voters: nodes,
  spares: ['n4'],
  guests: [],
  status: () => undefined,
});

describe('what a history pins', () => {
  test('is what each step that came in force concerned, and why others did not', () => {
    const { history } = new RunBuilder({})
      .step(100, 200, 'cut', isolate, { nodes: ['n2'], rules })
      .stage(300, 'late', 'skipped', kill, { reason: 'nobody leads' })
      .stage(400, 'half', 'begins', kill, { nodes: ['n3'] })
      .build();
    const pins = pinsOf(history);
    expect([...pins]).toEqual([
      ['cut', { kind: 'resolved', nodes: ['n2'], rules }],
      ['late', { kind: 'skipped', reason: 'nobody leads' }],
    ]);
    expect(pinsSomething(pins)).toBe(true);
  });

  test('is nothing where every step was skipped', () => {
    const { history } = new RunBuilder({})
      .stage(300, 'late', 'skipped', kill, { reason: 'nobody leads' })
      .build();
    expect(pinsSomething(pinsOf(history))).toBe(false);
  });
});

describe('a pinned step', () => {
  test('concerns whom it concerned then, whoever leads now', () => {
    const pin = { kind: 'resolved', nodes: ['n2'], rules } as const;
    expect(resolvePinned(isolate, pin, view('n1', 'n2', 'n3'))).toBe(pin);
  });

  test('is skipped where its node is not running, and where it was skipped then', () => {
    const pin = { kind: 'resolved', nodes: ['n2', 'n3'], rules: [] } as const;
    expect(resolvePinned(isolate, pin, view('n1', 'n3'))).toEqual({
      kind: 'skipped',
      reason: 'n2, whom it concerned in the recorded run, is not running',
    });
    expect(resolvePinned(isolate, { kind: 'skipped', reason: 'nobody leads' }, view('n1'))).toEqual({
      kind: 'skipped',
      reason: 'it was skipped in the recorded run too: nobody leads',
      isFinal: true,
    });
  });

  test('of a change may name a spare, which need not run yet, and the leader of then', () => {
    const replace: Fault = { kind: 'membership', change: 'replace', target: 'leader' };
    const pin = { kind: 'resolved', nodes: ['n2', 'n4'], rules: [] } as const;
    expect(resolvePinned(replace, pin, view(...nodes))).toBe(pin);
    expect(pinnedFault(replace, pin)).toEqual({ ...replace, target: 'n2' });
    expect(pinnedFault(kill, pin)).toBe(kill);
  });
});
