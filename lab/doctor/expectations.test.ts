import { describe, expect, test } from '@jest/globals';
import type { Exchange } from './exchange.ts';
import {
  expectNotSwapped,
  expectProblem,
  expectSwapped,
  expectValue,
  problemTypeOf,
} from './expectations.ts';

const answered = (status: number, body: string): Exchange => ({
  node: 'n1',
  request: { method: 'GET', path: '/registers/x', timeoutMs: 1_000 },
  outcome: { kind: 'answer', answer: { status, headers: {}, body } },
});
const closed: Exchange = { ...answered(0, ''), outcome: { kind: 'none', code: 'closed', message: '' } };

describe('a mismatch says what was expected and what was seen', () => {
  test.each<readonly [string, () => void, string]>([
    [
      'another value',
      () => expectValue(answered(200, '{"value":"two"}'), 'one'),
      'expected 200 {"value":"one"}, saw 200 {"value":"two"}',
    ],
    [
      'a long value that differs late',
      () => expectValue(answered(200, JSON.stringify({ value: `${'a'.repeat(99)}b` })), 'a'.repeat(100)),
      'saw a value of 100 instead of 100 UTF-16 units, which differs from unit 99 on: "aaaaaaaab" instead of "aaaaaaaaa"',
    ],
    [
      'another status',
      () => expectSwapped(answered(409, '{"swapped":true}')),
      'expected 200 {"swapped":true}, saw 409 {"swapped":true}',
    ],
    [
      'no value beside a comparison that did not match',
      () => expectNotSwapped(answered(200, '{"swapped":false}'), 'one'),
      'expected 200 {"swapped":false,"value":"one"}, saw 200 {"swapped":false}',
    ],
    [
      'a type with the status of another one',
      () => expectProblem(answered(400, '{"type":"too-large"}'), 'too-large', 'bad-request'),
      'expected 413 {"type":"too-large"} or 400 {"type":"bad-request"}, saw 400 {"type":"too-large"}',
    ],
    [
      'no answer',
      () => expectValue(closed, null),
      'expected 200 {"value":null}, saw the connection was closed without a whole answer',
    ],
    [
      'an empty answer',
      () => expectValue(answered(200, ''), null),
      'expected 200 {"value":null}, saw 200 without a body',
    ],
    [
      'an array',
      () => expectValue(answered(200, '[null]'), null),
      'expected 200 {"value":null}, saw 200 [null]',
    ],
  ])('%s', (_what, expectation, message) => {
    expect(expectation).toThrow(message);
  });
});

test('a refusal is one only if its type belongs to its status', () => {
  expect(problemTypeOf(answered(503, '{"type":"not-leader"}'))).toBe('not-leader');
  expect(problemTypeOf(answered(500, '{"type":"not-leader"}'))).toBeUndefined();
  expect(problemTypeOf(answered(503, '{"type":"toString"}'))).toBeUndefined();
  expect(problemTypeOf(answered(503, ''))).toBeUndefined();
  expect(problemTypeOf(closed)).toBeUndefined();
});
