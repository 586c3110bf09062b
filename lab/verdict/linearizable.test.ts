import { describe, expect, test } from '@jest/globals';
import { linearizable } from './linearizable.ts';
import { RunBuilder } from './testdata/run-builder.ts';

const at = (process: number, node: string, from: number, to: number) => ({ process, node, from, to });

describe('linearizable', () => {
  test('passes answers that fit one order', () => {
    const run = new RunBuilder()
      .write('a', at(0, 'n1', 10, 20))
      .read('a', at(1, 'n2', 21, 30))
      .cas('a', 'b', true, at(2, 'n3', 31, 40))
      .cas('a', 'c', false, { ...at(1, 'n2', 41, 50), value: 'b' })
      .build();
    expect(linearizable(run)).toMatchObject({ verdict: 'pass', concern: 'safety' });
  });

  test('a stale read fails, with its name, the values, processes, nodes and times', () => {
    const run = new RunBuilder()
      .write('a', at(0, 'n1', 10, 20))
      .write('b', at(0, 'n1', 30, 40))
      .read('b', at(2, 'n3', 41, 45))
      .read('a', at(1, 'n2', 50, 60))
      .build();
    const result = linearizable(run);
    expect(result).toMatchObject({ verdict: 'fail', concern: 'safety' });
    const [evidence] = 'evidence' in result ? result.evidence : [];
    expect(evidence?.summary).toContain('tale read on key x');
    for (const word of ['"a"', '"b"', 'process 1 at n2', '0.050000 s'])
      expect(JSON.stringify(evidence).replaceAll('\\"', '"')).toContain(word);
    const stale = run.history.findIndex((event) => event.process === 1);
    expect(evidence?.events).toContain(stale);
    expect(evidence?.details).toContain('process 1 at n2, 0.050000 s to 0.060000 s: read x → "a", ok');
  });

  test('a refused write that is read fails', () => {
    const run = new RunBuilder()
      .write('a', { ...at(0, 'n1', 10, 20), outcome: 'fail', error: '503 not-leader' })
      .read('a', at(1, 'n2', 30, 40))
      .build();
    expect(linearizable(run)).toMatchObject({ verdict: 'fail' });
    expect(JSON.stringify(linearizable(run))).toContain('borted read on key x');
  });

  test('a write of unknown outcome may be read late, or never', () => {
    const lost = { ...at(0, 'n1', 10, 20), outcome: 'info' } as const;
    const late = new RunBuilder()
      .write('a', lost)
      .read(null, at(1, 'n2', 30, 40))
      .read('a', at(1, 'n2', 50, 60));
    expect(linearizable(late.build())).toMatchObject({ verdict: 'pass' });
    const never = new RunBuilder().write('a', lost).read(null, at(1, 'n2', 30, 40));
    expect(linearizable(never.build())).toMatchObject({ verdict: 'pass' });
  });

  test('each key that breaks has its own evidence', () => {
    const run = new RunBuilder();
    for (const [i, key] of ['x', 'y', 'z'].entries())
      run.read(key === 'y' ? null : 'never written', { ...at(i, 'n1', 10, 20), key });
    const result = linearizable(run.build());
    expect(result).toHaveProperty('evidence.length', 2);
  });

  test('a run without answers is undecided', () => {
    const run = new RunBuilder().write('a', { ...at(0, 'n1', 10, 20), outcome: 'info' });
    expect(linearizable(run.build())).toMatchObject({ verdict: 'undecided' });
  });
});
