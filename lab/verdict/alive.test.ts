import { describe, expect, test } from '@jest/globals';
import { alive } from './alive.ts';
import { RunBuilder } from './testdata/run-builder.ts';

const exit = {
  f: 'exit',
  node: 'n2',
  value: { code: 70, signal: null, output: 'panic\nindex out of range\n' },
};
const failed = (reason: string) => ({
  f: 'start-failed',
  node: 'n2',
  value: { reason, message: 'no answer from /status within 10 s', output: 'waiting' },
});

describe('alive', () => {
  test('passes while the lab itself kills and restarts nodes', () => {
    const run = new RunBuilder().allUp(1).life(5, 'n1', 'down', 1).life(9, 'n1', 'up', 2).build();
    expect(alive(run)).toMatchObject({ verdict: 'pass' });
  });

  test('a node that ends by itself fails, and its last words are the evidence', () => {
    const result = alive(new RunBuilder().allUp(1).observe(1234, exit).build());
    expect(result).toMatchObject({ verdict: 'fail', concern: 'safety' });
    expect(result).toHaveProperty('evidence', [
      {
        summary:
          'Expected n2 to run until it is told to stop, but at 1.234 s it ended by itself, with exit code 70.',
        events: [3],
        details: ['panic', 'index out of range'],
      },
    ]);
  });

  test('how a node ends once the lab has announced its end does not count', () => {
    const killed = new RunBuilder().allUp(1).life(5, 'n2', 'down', 1).observe(6, exit).build();
    expect(alive(killed)).toMatchObject({ verdict: 'pass' });
    const stopped = new RunBuilder().allUp(1).phase(5, 'stop').observe(6, exit).build();
    expect(alive(stopped)).toMatchObject({ verdict: 'pass' });
  });

  test('an end after the restart counts again', () => {
    const run = new RunBuilder()
      .allUp(1)
      .life(5, 'n2', 'down', 1)
      .life(8, 'n2', 'up', 2)
      .observe(9, exit)
      .build();
    expect(alive(run)).toMatchObject({ verdict: 'fail' });
  });

  test('a node that ends or answers nonsense at its start breaks the contract; one that is late did not recover', () => {
    const verdictOf = (reason: string) =>
      alive(new RunBuilder().allUp(1).observe(20_000, failed(reason)).build());
    expect(verdictOf('exited')).toMatchObject({ verdict: 'fail', concern: 'safety' });
    expect(verdictOf('bad-status')).toMatchObject({ verdict: 'fail', concern: 'safety' });
    expect(verdictOf('not-ready')).toMatchObject({ verdict: 'fail', concern: 'liveness' });
  });

  test('a late start is undecided when the lab itself stood still meanwhile, a standstill before or after does not matter', () => {
    const at = (lagMs: number) =>
      alive(new RunBuilder().allUp(1).lag(lagMs, 300).observe(20_000, failed('not-ready')).build());
    expect(at(15_000)).toMatchObject({ verdict: 'undecided' });
    expect(at(9_000)).toMatchObject({ verdict: 'fail' });
    expect(at(20_301)).toMatchObject({ verdict: 'fail' });
    expect(at(20_299)).toMatchObject({ verdict: 'undecided' });
  });
});
