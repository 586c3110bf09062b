/** Every expectation, in each of its three answers, under `.not` as well; and what its failure says. */
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../plan/plan.ts';
import { smallRunInfo } from '../report/testdata/small-run.ts';
import type { Run } from '../verdict/property.ts';
import { cutBetween, RunBuilder } from '../verdict/testdata/run-builder.ts';
import { judge } from '../verdict/verdict.ts';
import './index.ts';
import { RunHistory } from './run-history.ts';

const isolate: Fault = { kind: 'partition', shape: 'isolate', target: 'leader', cut: 'black-hole' };
const nodes = ['n1', 'n2', 'n3'];

/** Three seconds of three nodes whose leader is isolated for one, while clients write and read. */
function soundRun(coverage: Run['plan']['coverage'] = [{ name: 'fault:partition', atLeast: 1 }]): RunBuilder {
  const run = new RunBuilder({ coverage })
    .phase(0, 'start')
    .allUp(40)
    .phase(100, 'faults')
    .step(500, 1_500, 'h1', isolate, { nodes: ['n1'], rules: cutBetween(['n1'], ['n2', 'n3']) })
    .phase(2_500, 'heal')
    .phase(2_510, 'recover');
  for (let ms = 60; ms < 3_000; ms += 50)
    for (const node of nodes) {
      const [leader, term] = ms < 700 ? ['n1', 1] : ['n2', 2];
      run.status(ms, node, { role: node === leader ? 'leader' : 'follower', term });
    }
  for (let ms = 120; ms < 2_800; ms += 20) {
    // Nobody serves from 500 ms until half a second after the heal.
    if (ms >= 500 && ms < 2_000) continue;
    run.write(`v${ms}`, { process: 0, node: 'n1', from: ms, to: ms + 6 });
    run.read(`v${ms}`, { process: 1, node: 'n2', from: ms + 7, to: ms + 12 });
  }
  return run.write('open', { process: 2, node: 'n1', key: 'y', from: 600, to: 1_400, outcome: 'info' });
}

function historyOf(run: Run): RunHistory {
  return new RunHistory(run, judge(run), smallRunInfo);
}

const sound = historyOf(soundRun().build());
const stale = () => soundRun().read('v200', { process: 4, node: 'n3', from: 2_700, to: 2_705 });
const dying = (run: RunBuilder) =>
  run.observe(2_900, { f: 'exit', node: 'n3', value: { code: 7, signal: null, output: 'panic: index 12' } });

/** The message of an expectation that has to fail. */
function failing(expectation: () => unknown): string {
  try {
    expectation();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the expectation held');
}

describe('toBeLinearizable', () => {
  test('holds where every answer fits, and then not its opposite', () => {
    expect(sound).toBeLinearizable();
    expect(failing(() => expect(sound).not.toBeLinearizable())).toMatch(
      /expect\(history\)\.not\.toBeLinearizable\(\)\n\nbut it holds/,
    );
  });

  test('a violation fails it, with the operations, the faults, the report and the replay', () => {
    const history = historyOf(stale().build());
    expect(history).not.toBeLinearizable();
    const message = failing(() => expect(history).toBeLinearizable());
    for (const part of [
      'expect(history).toBeLinearizable()\n\nStale read on key x: Process 4 at n3 read v200',
      '    process 4 at n3, 2.700000 s to 2.705000 s: read x → "v200", ok',
      '    history.jsonl, lines ',
      'Faults:\n    isolate n1 (black-hole), 0.510 s to 1.510 s',
      'Run:    3 × ./my-node --fast in processes, seed 7',
      'Report: store/20260102T030405-node/report.html',
      'Replay: raft-lab test --seed 1903',
    ])
      expect(message).toContain(part);
  });

  test('a violation is one even where a node died, and then its output is shown too', () => {
    const history = historyOf(dying(stale()).build());
    expect(history).not.toBeLinearizable();
    const message = failing(() => expect(history).toBeLinearizable());
    expect(message).toContain('Stale read on key x');
    expect(message).toContain('n3 to run until it is told to stop');
    expect(message).toContain('    panic: index 12');
  });

  test.each<[string, Run, string]>([
    [
      'a fault did not bite',
      soundRun([{ name: 'fault:kill', atLeast: 1 }]).build(),
      'Expected to see fault:kill',
    ],
    ['a node died', dying(soundRun()).build(), 'with exit code 7'],
    [
      'the lab failed',
      soundRun()
        .observe(2_900, { f: 'lab-failure', value: { message: 'the proxy is gone' } })
        .build(),
      'the proxy is gone',
    ],
    ['nobody was served', new RunBuilder({}).phase(0, 'start').build(), 'No operation was answered'],
  ])('where %s it is undecided: it fails, and so does its opposite', (_name, run, reason) => {
    const history = historyOf(run);
    for (const message of [
      failing(() => expect(history).toBeLinearizable()),
      failing(() => expect(history).not.toBeLinearizable()),
    ]) {
      expect(message).toContain('undecided: ');
      expect(message).toContain(reason);
    }
  });

  test.each([
    ['a promise', Promise.resolve(sound), 'a promise: await it first'],
    ['something else', [], 'object'],
  ])('%s is no history', (_name, received, hint) => {
    expect(failing(() => expect(received).toBeLinearizable())).toContain(hint);
  });
});

describe('toHaveOneLeaderPerTerm', () => {
  test('holds where every term had one', () => {
    expect(sound).toHaveOneLeaderPerTerm();
  });

  test('two that claim the same term fail it', () => {
    const rival = soundRun();
    // Two answers in a row: the regular ones come every 50 ms.
    for (const ms of [2_020, 2_040]) rival.status(ms, 'n3', { role: 'leader', term: 2 });
    const message = failing(() => expect(historyOf(rival.build())).toHaveOneLeaderPerTerm());
    expect(message).toContain('n2 and n3 all claimed to lead term 2');
  });

  test('without any leader it is undecided', () => {
    const history = historyOf(new RunBuilder({}).phase(0, 'start').status(50, 'n1', {}).build());
    expect(failing(() => expect(history).toHaveOneLeaderPerTerm())).toContain(
      'undecided: No node ever claimed',
    );
    expect(failing(() => expect(history).not.toHaveOneLeaderPerTerm())).toContain('undecided: ');
  });
});

describe('toRecoverWithin', () => {
  test('counts from when the last fault was lifted, however long clients went on', () => {
    expect(sound).toRecoverWithin(600);
    expect(sound).not.toRecoverWithin(400);
    expect(failing(() => expect(sound).toRecoverWithin(400))).toContain(
      'Expected an accepted write within 0.400 s of the last heal, but the first one took 0.496 s.',
    );
  });

  test('without a fault it is undecided', () => {
    const history = historyOf(
      new RunBuilder({})
        .phase(0, 'start')
        .phase(100, 'faults')
        .write('a', { process: 0, from: 200, to: 210 })
        .build(),
    );
    const message = failing(() => expect(history).toRecoverWithin(5_000));
    expect(message).toContain('undecided: No fault was in force');
  });
});
