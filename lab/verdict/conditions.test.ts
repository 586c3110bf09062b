import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../plan/plan.ts';
import { servingStretches } from './conditions.ts';
import { cutBetween, RunBuilder } from './testdata/run-builder.ts';

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];
const base = () =>
  new RunBuilder({ nodes, voters: nodes }).allUp(1).phase(100, 'faults').phase(10_000, 'heal');
const isolate: Fault = { kind: 'partition', shape: 'isolate', target: 'leader', cut: 'black-hole' };

function stretches(run: RunBuilder): string[] {
  return servingStretches(run.build()).map(
    (stretch) => `${stretch.nodes.join('+')} ${stretch.fromNs / 1e6}-${stretch.toNs / 1e6}`,
  );
}

describe('when a majority must serve', () => {
  test('all the time where nothing is disturbed', () => {
    expect(stretches(base())).toEqual(['n1+n2+n3+n4+n5 100-10000']);
  });

  test('the majority side of a whole cut, and nobody while it is being made or lifted', () => {
    const run = base().step(1_000, 2_000, 's', isolate, {
      nodes: ['n1'],
      rules: cutBetween(['n1'], ['n2', 'n3', 'n4', 'n5']),
    });
    expect(stretches(run)).toEqual([
      'n1+n2+n3+n4+n5 100-1000',
      'n2+n3+n4+n5 1010-2000',
      'n1+n2+n3+n4+n5 2010-10000',
    ]);
  });

  test('nobody under a cut in one direction', () => {
    const run = base().step(
      1_000,
      9_990,
      's',
      { ...isolate, shape: 'one-way', direction: 'outbound' },
      {
        nodes: ['n1'],
        rules: cutBetween(['n1'], ['n2', 'n3', 'n4', 'n5']).filter(({ flow }) => flow.from === 'n1'),
      },
    );
    expect(stretches(run)).toEqual(['n1+n2+n3+n4+n5 100-1000']);
  });

  test('nobody under a bridge', () => {
    const run = base().step(
      1_000,
      9_990,
      's',
      { ...isolate, shape: 'bridge' },
      {
        rules: cutBetween(['n1', 'n2'], ['n4', 'n5']),
      },
    );
    expect(stretches(run)).toEqual(['n1+n2+n3+n4+n5 100-1000']);
  });

  test('nobody while a link of the majority is slow, and the majority when only the minority’s are', () => {
    const slow = (from: string, to: string) =>
      base()
        .step(
          500,
          9_900,
          'cut',
          { ...isolate, shape: 'halves' },
          { rules: cutBetween(['n1', 'n2'], ['n3', 'n4', 'n5']) },
        )
        .step(
          1_000,
          9_900,
          'slow',
          { kind: 'latency', target: from, latencyMs: 50, jitterMs: 5 },
          {
            nodes: [from],
            rules: [{ flow: { from, to }, effect: { kind: 'latency', latencyMs: 50, jitterMs: 5 } }],
          },
        );
    expect(stretches(slow('n3', 'n4'))).toEqual([
      'n1+n2+n3+n4+n5 100-500',
      'n3+n4+n5 510-1000',
      'n1+n2+n3+n4+n5 9910-10000',
    ]);
    expect(stretches(slow('n1', 'n2'))).toEqual([
      'n1+n2+n3+n4+n5 100-500',
      'n3+n4+n5 510-1000',
      'n3+n4+n5 1010-9900',
      'n1+n2+n3+n4+n5 9910-10000',
    ]);
  });

  test('nobody while one of it is paused or clients cannot reach one of it', () => {
    const paused = base().step(1_000, 9_990, 's', { kind: 'pause', target: 'n2' }, { nodes: ['n2'] });
    const deaf = base().step(
      1_000,
      9_990,
      's',
      { kind: 'lost-answers', target: 'n2', cut: 'hold' },
      {
        nodes: ['n2'],
        rules: [{ flow: { from: 'n2', to: 'clients' }, effect: { kind: 'hold' } }],
      },
    );
    for (const run of [paused, deaf]) expect(stretches(run)).toEqual(['n1+n2+n3+n4+n5 100-1000']);
  });

  test('the rest while a minority is dead, whoever killed it', () => {
    const killed = base()
      .stage(1_000, 's', 'begins', { kind: 'kill', target: 'n1' })
      .life(1_002, 'n1', 'down', 1)
      .stage(1_010, 's', 'in-force', { kind: 'kill', target: 'n1' }, { nodes: ['n1'] });
    expect(stretches(killed)).toEqual(['n1+n2+n3+n4+n5 100-1000', 'n2+n3+n4+n5 1010-10000']);
    const crashed = base().observe(1_000, {
      f: 'exit',
      node: 'n1',
      value: { code: 1, signal: null, output: '' },
    });
    expect(stretches(crashed)).toEqual(['n1+n2+n3+n4+n5 100-1000', 'n2+n3+n4+n5 1000-10000']);
  });

  test('nobody while a majority is dead', () => {
    const run = base();
    for (const node of ['n1', 'n2', 'n3']) run.life(1_000, node, 'down', 1);
    expect(stretches(run).filter((stretch) => stretch.includes('10000'))).toEqual([]);
  });

  test('two cuts add up', () => {
    const run = base()
      .step(1_000, 9_990, 'a', isolate, { rules: cutBetween(['n1'], ['n2', 'n3', 'n4', 'n5'], 'close') })
      .step(2_000, 9_990, 'b', isolate, { rules: cutBetween(['n2'], ['n1', 'n3', 'n4', 'n5'], 'hold') });
    expect(stretches(run).slice(1)).toEqual(['n2+n3+n4+n5 1010-2000', 'n3+n4+n5 2010-9990']);
  });

  test('a step that was skipped changes nothing, one that failed leaves the conditions unknown', () => {
    const skipped = base().stage(1_000, 's', 'begins', isolate).stage(1_000, 's', 'skipped', isolate);
    expect(stretches(skipped)).toEqual(['n1+n2+n3+n4+n5 100-1000', 'n1+n2+n3+n4+n5 1000-10000']);
    const failed = base().stage(1_000, 's', 'begins', isolate).stage(1_010, 's', 'failed', isolate);
    expect(stretches(failed)).toEqual(['n1+n2+n3+n4+n5 100-1000']);
  });
});
