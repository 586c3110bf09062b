import { describe, expect, test } from '@jest/globals';
import { answers } from './answers.ts';
import { RunBuilder } from './testdata/run-builder.ts';

const badStatus = {
  f: 'bad-status',
  node: 'n1',
  value: { life: 1, problem: 'term: expected number', body: '{}' },
};
const badAnswer = {
  f: 'bad-answer',
  node: 'n1',
  value: { request: 'read x', problem: 'value: expected string or null', body: '{"value":3}' },
};

describe('answers', () => {
  test('a status or an answer of the wrong shape fails, with the body', () => {
    for (const bad of [badStatus, badAnswer]) {
      const result = answers(new RunBuilder().allUp(1).observe(50, bad).build());
      expect(result).toMatchObject({ verdict: 'fail', concern: 'safety' });
      expect(JSON.stringify(result)).toContain(bad.value.problem);
    }
    expect(answers(new RunBuilder().allUp(1).build())).toMatchObject({ verdict: 'pass' });
  });

  test('half an answer of a node that is being killed does not count', () => {
    const run = new RunBuilder()
      .allUp(1)
      .life(49, 'n1', 'down', 1)
      .observe(50, badStatus)
      .observe(50, badAnswer);
    expect(answers(run.build())).toMatchObject({ verdict: 'pass' });
  });

  test('an answer through a disturbed client link does not count, one through another node’s does', () => {
    const cutAt = (node: string) =>
      new RunBuilder()
        .allUp(1)
        .step(
          10,
          40,
          's',
          { kind: 'lost-answers', target: node, cut: 'black-hole' },
          {
            nodes: [node],
            rules: [{ flow: { from: node, to: 'clients' }, effect: { kind: 'black-hole' } }],
          },
        )
        .observe(60, badAnswer)
        .build();
    expect(answers(cutAt('n1'))).toMatchObject({ verdict: 'pass' });
    expect(answers(cutAt('n2'))).toMatchObject({ verdict: 'fail' });
  });
});
