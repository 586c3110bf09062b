import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Concern, PropertyResult, Verdict } from './property.ts';
import { cutBetween, RunBuilder } from './testdata/run-builder.ts';
import { judge, overall } from './verdict.ts';

const result = (verdict: Verdict, concern: Concern): PropertyResult => ({
  name: `${concern}-${verdict}`,
  verdict,
  concern,
  evidence: [],
});

describe('the overall verdict', () => {
  test.each<[Verdict, Concern, string, number]>([
    ['pass', 'safety', 'pass', 0],
    ['fail', 'safety', 'fail', 1],
    ['fail', 'liveness', 'fail', 2],
    ['undecided', 'safety', 'undecided', 3],
    ['undecided', 'liveness', 'undecided', 3],
    ['undecided', 'coverage', 'undecided', 3],
    ['fail', 'coverage', 'undecided', 3],
    ['fail', 'lab', 'error', 4],
  ])('%s of %s alone is %s, exit %i', (verdict, concern, word, exitCode) => {
    expect(overall([result('pass', 'safety'), result(verdict, concern)])).toEqual({
      verdict: word,
      exitCode,
    });
  });

  test('safety before the lab’s failure before liveness before doubt, in whatever order they come', () => {
    const ranked = [
      result('fail', 'safety'),
      result('fail', 'lab'),
      result('fail', 'liveness'),
      result('undecided', 'coverage'),
      result('pass', 'safety'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(ranked, { minLength: 1 }), (results) => {
        const worst = ranked.find((one) => results.includes(one));
        expect(overall(results)).toEqual(overall(worst === undefined ? [] : [worst]));
      }),
    );
  });
});

/** A run in which everything that is judged has its occasion, and goes well. */
function goodRun(): RunBuilder {
  const run = new RunBuilder({ coverage: [{ name: 'fault:partition', atLeast: 1 }] })
    .phase(0, 'start')
    .allUp(10)
    .phase(100, 'faults')
    .step(
      1_000,
      9_000,
      's',
      { kind: 'partition', shape: 'isolate', target: 'leader', cut: 'hold' },
      {
        nodes: ['n1'],
        rules: cutBetween(['n1'], ['n2', 'n3'], 'hold'),
      },
    )
    .phase(10_000, 'heal')
    .phase(10_100, 'recover');
  const nodes = ['n1', 'n2', 'n3'];
  let value = 'none';
  for (let ms = 200; ms < 11_000; ms += 100) {
    const node = nodes[(ms / 100) % 3 === 1 && (ms < 1_000 || ms > 9_100) ? 0 : 1];
    value = `v${ms}`;
    run.write(value, { process: 0, node: node ?? 'n2', from: ms, to: ms + 10 });
    run.read(value, { process: 1, node: node ?? 'n2', from: ms + 20, to: ms + 30 });
  }
  for (let ms = 150; ms < 12_000; ms += 100)
    nodes.forEach((node, i) => {
      const index = Math.floor(ms / 100);
      const role = i === 1 ? 'leader' : 'follower';
      run.status(ms, node, {
        role,
        term: 2,
        commitIndex: index,
        appliedIndex: index,
        appliedHash: `h${index}`,
      });
    });
  run.phase(11_800, 'final-reads');
  nodes.forEach((node, i) => {
    const at = 11_900 + i * 100;
    const other = nodes[(i + 1) % 3] ?? 'n1';
    run.cutOff(at, [node]).cutOff(at + 50, []);
    run.read(value, { process: 2, node: other, from: at + 10, to: at + 20 });
  });
  return run
    .observe(12_250, { f: 'usage', value: { peerBytesSent: { n1: 1_000 }, diskBytes: {} } })
    .phase(12_300, 'stop');
}

describe('judging a run', () => {
  test('a good run passes every property', () => {
    const judgement = judge(goodRun().build());
    expect(judgement.properties.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(judgement).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(judgement.properties.map(({ name }) => name)).toEqual([
      'linearizable',
      'alive',
      'answers',
      'status-promises',
      'recovers',
      'available',
      'every-voter-counts',
      'budget',
      'coverage',
      'lab',
    ]);
    expect(judgement.notJudged.map(({ name }) => name)).toEqual(['membership', 'compaction']);
    expect(judgement.coverage).toEqual([{ name: 'fault:partition', needed: 1, seen: 1 }]);
  });

  test('a lab failure is an error, unless the history holds a violation all the same', () => {
    const failure = { f: 'lab-failure', value: { message: 'the disk is full' } };
    const run = goodRun().observe(12_301, failure);
    expect(judge(run.build())).toMatchObject({ verdict: 'error', exitCode: 4 });
    run.read('never written', { process: 9, from: 400, to: 500 });
    expect(judge(run.build())).toMatchObject({ verdict: 'fail', exitCode: 1 });
  });

  test('a step that the lab could not carry out is its failure', () => {
    const kill = { kind: 'kill', target: 'n1' } as const;
    const run = goodRun()
      .stage(9_500, 'k', 'begins', kill)
      .stage(9_510, 'k', 'failed', kill, { reason: 'no proxy' });
    expect(judge(run.build())).toMatchObject({ verdict: 'error', exitCode: 4 });
  });

  test('a history that breaks off is never a pass, wherever it does', () => {
    const { plan, history } = goodRun().build();
    const stop = history.findIndex((event) => event.f === 'phase' && event.value === 'stop');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: stop - 10 }), (length) => {
        const { verdict, exitCode } = judge({ plan, history: history.slice(0, length) });
        expect({ verdict, exitCode }).toEqual({ verdict: 'undecided', exitCode: 3 });
      }),
      { numRuns: 40 },
    );
  });

  test('the same run gets the same judgement', () => {
    const run = goodRun().build();
    expect(judge(run)).toEqual(judge(structuredClone(run)));
  });
});
