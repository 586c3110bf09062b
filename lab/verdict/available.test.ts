import { describe, expect, test } from '@jest/globals';
import { available } from './available.ts';
import { cutBetween, RunBuilder } from './testdata/run-builder.ts';

const nodes = ['n1', 'n2', 'n3'];
const endMs = 20_000;

/** Three nodes, of which n1 is cut off from 1 s to 19 s. */
function isolated(): RunBuilder {
  return new RunBuilder()
    .allUp(1)
    .phase(100, 'faults')
    .step(
      1_000,
      19_000,
      's',
      { kind: 'partition', shape: 'isolate', target: 'n1', cut: 'black-hole' },
      {
        nodes: ['n1'],
        rules: cutBetween(['n1'], ['n2', 'n3']),
      },
    )
    .phase(endMs, 'heal');
}

/** A read and a write at each of the nodes every 100 ms. */
function load(
  run: RunBuilder,
  at: readonly string[],
  from: number,
  to: number,
  outcome: 'ok' | 'fail',
): RunBuilder {
  for (let ms = from; ms < to; ms += 100)
    for (const node of at) {
      const about = { node, from: ms, to: ms + 20, outcome };
      run.write(`${node}-${ms}`, { ...about, process: 10 + nodes.indexOf(node) });
      run.read('a', { ...about, process: 20 + nodes.indexOf(node) });
    }
  return run;
}

describe('available', () => {
  test('passes where the majority serves after an election', () => {
    const run = load(isolated(), nodes, 1_000, 5_000, 'fail');
    expect(available(load(run, ['n2'], 5_000, 19_000, 'ok').build())).toMatchObject({ verdict: 'pass' });
  });

  test('a majority that never serves fails', () => {
    const result = available(load(isolated(), nodes, 150, 19_000, 'fail').build());
    expect(result).toMatchObject({ verdict: 'fail', concern: 'liveness' });
    expect(JSON.stringify(result)).toContain('Expected n2 and n3, a majority that was connected');
  });

  test('one that serves and then falls silent fails as well', () => {
    const run = load(isolated(), ['n2', 'n3'], 1_100, 8_000, 'ok');
    const result = available(load(run, ['n2', 'n3'], 8_000, 19_000, 'fail').build());
    expect(result).toMatchObject({ verdict: 'fail' });
    expect(JSON.stringify(result)).toContain('from 7.920 s to 19.000 s');
  });

  test('answers of the minority do not count as service', () => {
    const run = load(isolated(), ['n1'], 1_100, 19_000, 'ok');
    expect(available(load(run, ['n2', 'n3'], 1_100, 19_000, 'fail').build())).toMatchObject({
      verdict: 'fail',
    });
  });

  test('serving reads is not serving writes', () => {
    const run = isolated();
    for (let ms = 1_100; ms < 19_000; ms += 100)
      for (const node of ['n2', 'n3']) {
        const process = nodes.indexOf(node);
        run.read('a', { process: 20 + process, node, from: ms, to: ms + 20 });
        run.write(`${node}${ms}`, { process: 10 + process, node, from: ms, to: ms + 20, outcome: 'fail' });
      }
    const result = available(run.build());
    expect(result).toMatchObject({ verdict: 'fail' });
    expect(JSON.stringify(result)).not.toContain('no read was served');
  });

  test('is not judged where a node of the majority was never asked: it might have led', () => {
    expect(available(load(isolated(), ['n2'], 1_100, 19_000, 'fail').build())).toHaveProperty('notJudged');
  });

  test('is not judged in stretches shorter than an election may take', () => {
    const run = new RunBuilder().allUp(1).phase(100, 'faults').phase(4_900, 'heal');
    expect(available(load(run, nodes, 150, 4_800, 'fail').build())).toHaveProperty('notJudged');
  });

  test('a longer election timeout, or a longer limit for recovery, gives more grace', () => {
    const run = (plan: ConstructorParameters<typeof RunBuilder>[0]) =>
      load(
        new RunBuilder(plan).allUp(1).phase(100, 'faults').phase(endMs, 'heal'),
        nodes,
        150,
        19_900,
        'fail',
      );
    expect(available(run({}).build())).toMatchObject({ verdict: 'fail' });
    expect(available(run({ electionMs: [1_000, 2_000] }).build())).toHaveProperty('notJudged');
    expect(available(run({ recoverWithinMs: 20_000 }).build())).toHaveProperty('notJudged');
  });

  test('is undecided where the lab stood still meanwhile', () => {
    const run = load(isolated(), nodes, 1_100, 19_000, 'fail').lag(9_000, 200);
    expect(available(run.build())).toMatchObject({ verdict: 'undecided' });
  });

  describe('while the configuration may be another', () => {
    const both = (outcome: 'ok' | 'info') => {
      const run = new RunBuilder({ nodes: ['n1', 'n2', 'n3', 'n4'], voters: nodes });
      for (const node of nodes) run.life(1, node, 'up', 1);
      run.phase(100, 'faults').change(200, 300, { from: nodes, to: ['n1', 'n4'], outcome });
      return load(run.phase(endMs, 'heal'), nodes, 400, 19_000, 'fail');
    };

    test('a majority of the one is not enough where the other may be in force', () => {
      // n4, which the other one cannot do without, never ran.
      expect(available(both('info').build())).toHaveProperty('notJudged');
      expect(available(both('ok').build())).toHaveProperty('notJudged');
    });

    test('a majority of each has to serve', () => {
      expect(available(both('info').life(350, 'n4', 'up', 1).build())).toHaveProperty('notJudged');
      const asked = load(both('info').life(350, 'n4', 'up', 1), ['n4'], 400, 19_000, 'fail');
      expect(available(asked.build())).toMatchObject({ verdict: 'fail' });
    });

    test('whoever is outside need not be asked, and a change takes nothing away', () => {
      const run = new RunBuilder().allUp(1).phase(100, 'faults');
      run.change(200, 300, { from: nodes, to: ['n1', 'n2'] });
      run.step(150, 19_000, 'm', { kind: 'membership', change: 'remove', target: 'n3' }, { nodes: ['n3'] });
      const result = available(load(run.phase(endMs, 'heal'), ['n1', 'n2'], 400, 19_000, 'fail').build());
      expect(result).toMatchObject({ verdict: 'fail' });
    });
  });
});
