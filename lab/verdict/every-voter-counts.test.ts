import { describe, expect, test } from '@jest/globals';
import { everyVoterCounts } from './every-voter-counts.ts';
import { RunBuilder } from './testdata/run-builder.ts';

const voters = ['n1', 'n2', 'n3'];
const roundMs = 6_000;

interface Round {
  readonly cut: string;
  readonly reads: readonly {
    readonly key: string;
    readonly node: string;
    readonly outcome?: 'ok' | 'fail';
  }[];
  readonly lasts?: number;
}

function run(rounds: readonly Round[]): RunBuilder {
  const builder = new RunBuilder()
    .allUp(1)
    .write('a', { process: 0, key: 'x', from: 2, to: 3 })
    .write('b', { process: 0, key: 'y', from: 4, to: 5 })
    .phase(1_000, 'final-reads');
  rounds.forEach(({ cut, reads, lasts = roundMs }, i) => {
    const at = 1_000 + i * (roundMs + 10);
    builder.cutOff(at, [cut]).cutOff(at + lasts, []);
    reads.forEach(({ key, node, outcome = 'ok' }, n) => {
      const process = 100 + i * 10 + n;
      builder.read('a', { process, key, node, from: at + 10, to: at + 20, outcome });
    });
  });
  return builder.phase(1_000 + rounds.length * (roundMs + 10), 'stop');
}

const all = (node: string) => [
  { key: 'x', node },
  { key: 'y', node },
];
const whole: Round[] = [
  { cut: 'n1', reads: all('n2'), lasts: 50 },
  { cut: 'n2', reads: all('n3'), lasts: 50 },
  { cut: 'n3', reads: all('n1'), lasts: 50 },
];
const silent = (cut: string): Round => ({
  cut,
  reads: voters
    .filter((node) => node !== cut)
    .flatMap((node) => all(node).map((read) => ({ ...read, outcome: 'fail' as const }))),
});

describe('every voter counts', () => {
  test('passes when all keys were read without each voter in turn', () => {
    expect(everyVoterCounts(run(whole).build())).toMatchObject({ verdict: 'pass' });
  });

  test('fails when a majority that was asked did not answer', () => {
    const result = everyVoterCounts(run([...whole.slice(0, 2), silent('n3')]).build());
    expect(result).toMatchObject({ verdict: 'fail', concern: 'liveness' });
    expect(JSON.stringify(result)).toContain('with n3 cut off');
    expect(JSON.stringify(result)).toContain('x and y could not be read through the rest');
  });

  test('a read through the node that is cut off is no read through the rest', () => {
    const cheat: Round = { ...silent('n3'), reads: [...silent('n3').reads, ...all('n3')] };
    expect(everyVoterCounts(run([...whole.slice(0, 2), cheat]).build())).toMatchObject({ verdict: 'fail' });
  });

  test('one key that could not be read is enough', () => {
    const half: Round = {
      cut: 'n3',
      reads: [
        { key: 'x', node: 'n1' },
        { key: 'y', node: 'n1', outcome: 'fail' },
        { key: 'y', node: 'n2', outcome: 'fail' },
      ],
    };
    const result = everyVoterCounts(run([...whole.slice(0, 2), half]).build());
    expect(result).toMatchObject({ verdict: 'fail' });
    expect(JSON.stringify(result)).toContain('y could not be read through the rest');
  });

  test.each<[string, (rounds: Round[]) => RunBuilder]>([
    ['a voter was never cut off', (rounds) => run(rounds.slice(0, 2))],
    ['the lab gave up too soon', (rounds) => run([...rounds.slice(0, 2), { ...silent('n3'), lasts: 900 }])],
    [
      'a node of the rest was never asked',
      (rounds) => run([...rounds.slice(0, 2), { cut: 'n3', reads: [{ key: 'x', node: 'n1' }] }]),
    ],
    ['the lab stood still', (rounds) => run([...rounds.slice(0, 2), silent('n3')]).lag(16_000, 150)],
    [
      'the rest was no majority',
      (rounds) =>
        run([...rounds.slice(0, 2), silent('n3')]).observe(14_000, {
          f: 'exit',
          node: 'n1',
          value: { code: 1, signal: null, output: '' },
        }),
    ],
  ])('is undecided when %s', (_, build) => {
    expect(everyVoterCounts(build([...whole]).build())).toMatchObject({
      verdict: 'undecided',
      concern: 'liveness',
    });
  });

  test('is not judged for two voters', () => {
    const two = new RunBuilder({ nodes: ['n1', 'n2'], voters: ['n1', 'n2'] }).allUp(1).build();
    expect(everyVoterCounts(two)).toHaveProperty('notJudged');
  });

  describe('as the configuration is at the end', () => {
    const plan = { nodes: ['n1', 'n2', 'n3', 'n4'], voters };
    const changed = (to: readonly string[], outcome: 'ok' | 'info' = 'ok') => {
      const run = new RunBuilder(plan).allUp(1).write('a', { process: 0, key: 'x', from: 2, to: 3 });
      return run.change(10, 20, { from: voters, to, outcome }).phase(1_000, 'final-reads');
    };
    const without = (run: RunBuilder, rounds: readonly (readonly [cut: string, through: string])[]) => {
      rounds.forEach(([cut, node], i) => {
        const at = 1_000 + i * 100;
        run
          .cutOff(at, [cut])
          .read('a', { process: 50 + i, key: 'x', node, from: at + 10, to: at + 20 })
          .cutOff(at + 50, []);
      });
      return everyVoterCounts(run.phase(5_000, 'stop').build());
    };

    test('whoever joined has to be cut off too, whoever left need not be', () => {
      const swapped = ['n2', 'n3', 'n4'];
      const rounds = [
        ['n2', 'n3'],
        ['n3', 'n4'],
      ] as const;
      expect(without(changed(swapped), rounds)).toMatchObject({
        verdict: 'undecided',
        evidence: [{ summary: expect.stringContaining('n4 was never cut off') }],
      });
      expect(without(changed(swapped), [...rounds, ['n4', 'n2']])).toMatchObject({ verdict: 'pass' });
    });

    test('after a change of unknown outcome, only those who certainly vote', () => {
      const rounds = [
        ['n2', 'n3'],
        ['n3', 'n2'],
        ['n1', 'n2'],
      ] as const;
      expect(without(changed(['n1', 'n2', 'n3', 'n4'], 'info'), rounds)).toMatchObject({ verdict: 'pass' });
    });

    test('every round has to be read, also where another one without the same voter was', () => {
      const built = run([...whole, silent('n3')]);
      expect(everyVoterCounts(built.build())).toMatchObject({ verdict: 'fail' });
    });
  });
});
