import { describe, expect, test } from '@jest/globals';
import type { Exchange } from './exchange.ts';
import type { Finding } from './finding.ts';
import { findingsToJson, renderFindings, renderSummary } from './render-findings.ts';

const point = { says: 'A point of the contract.', link: 'docs/contract.md#values' };
const exchange: Exchange = {
  node: 'n2',
  request: {
    method: 'PUT',
    path: '/registers/x',
    headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
    body: `{"value":"${'a'.repeat(500)}"}`,
    timeoutMs: 5_000,
  },
  outcome: { kind: 'none', code: 'timeout', message: 'no whole answer' },
};
const passed: Finding = { ...point, check: 'one', outcome: 'pass' };
const untried: Finding = {
  ...point,
  check: 'two',
  outcome: 'not-tried',
  cause: 'feature',
  reason: 'not listed',
};
const labFailed: Finding = { ...untried, cause: 'lab', reason: 'the lab failed: no disk' };
const failed: Finding = {
  ...point,
  check: 'three',
  outcome: 'fail',
  expected: '200 {}',
  seen: 'no answer within 5000 ms',
  exchanges: [exchange],
  hint: 'Answer.',
  output: `first line\n${'line\n'.repeat(30)}panic: index out of range\n`,
};

describe('findings as text', () => {
  test('say what was expected, asked, answered, and what to do', () => {
    const text = renderFindings([passed, untried, failed]);
    expect(text.split('\n').slice(0, 10)).toEqual([
      'ok   one',
      '-    two  (not tried: not listed)',
      'FAIL three',
      '     contract  A point of the contract.',
      '               docs/contract.md#values',
      '     expected  200 {}',
      '     seen      no answer within 5000 ms',
      expect.stringMatching(
        /^ {7}asked {3}n2 PUT \/registers\/x \[content-type: application\/json\] \[authorization: Bearer …\] \{"value":"a+… \(512 characters\)$/,
      ),
      '               → no answer within 5000 ms',
      '     hint      Answer.',
    ]);
    expect(text).toContain('panic: index out of range');
    expect(text).not.toContain('first line');
    expect(text).not.toContain('secret');
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      '1 ok, 1 failed, 1 not tried. Begin with the first failure, three: later ones often follow from it.',
    );
  });

  test('are coloured on demand', () => {
    expect(renderFindings([passed], { colour: true })).toContain('\u001b[32mok');
    expect(renderFindings([passed])).not.toContain('\u001b');
  });

  test('blame nobody for a failure of the lab', () => {
    expect(renderSummary([passed, labFailed])).toContain('The lab itself failed');
    expect(renderSummary([passed, untried])).toContain('keeps the contract');
  });
});

test('findings as JSON keep all fields and say the exit code', () => {
  expect(JSON.parse(findingsToJson([passed, failed]))).toEqual({ exitCode: 1, findings: [passed, failed] });
  expect(JSON.parse(findingsToJson([labFailed]))).toMatchObject({ exitCode: 4 });
  expect(JSON.parse(findingsToJson([passed, untried]))).toMatchObject({ exitCode: 0 });
});
