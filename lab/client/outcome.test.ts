import { describe, expect, test } from '@jest/globals';
import type { RegisterRequest } from '@raft-lab/workloads';
import { DoorError } from '../cluster/door.ts';
import { outcomeOfAnswer, outcomeOfError } from './outcome.ts';

const read: RegisterRequest = { f: 'read', key: 'x' };
const write: RegisterRequest = { f: 'write', key: 'x', value: 'v' };
const cas: RegisterRequest = { f: 'cas', key: 'x', from: null, to: 'v' };
const answer = (status: number, body: unknown) => ({
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('the outcome table', () => {
  test.each<[string, RegisterRequest, unknown, unknown]>([
    ['a read', read, { value: 'v' }, { f: 'read', value: 'v' }],
    ['a read of what was never written', read, { value: null }, { f: 'read', value: null }],
    ['a write', write, {}, { f: 'write' }],
    ['a swap', cas, { swapped: true }, { f: 'cas', swapped: true }],
    [
      'a comparison that did not match',
      cas,
      { swapped: false, value: 'w' },
      { f: 'cas', swapped: false, value: 'w' },
    ],
    ['one that does not say what it saw', cas, { swapped: false }, { f: 'cas', swapped: false }],
  ])('%s that was answered is ok', (_name, request, body, value) => {
    expect(outcomeOfAnswer(request, answer(200, body))).toEqual({ type: 'ok', value });
  });

  test.each([
    [400, 'bad-request'],
    [413, 'too-large'],
    [503, 'not-leader'],
    [503, 'no-leader'],
    [503, 'out-of-space'],
  ])('%i %s is believed: it did not happen', (status, type) => {
    expect(outcomeOfAnswer(write, answer(status, { type }))).toEqual({
      type: 'fail',
      error: `${status} ${type}`,
    });
  });

  test('a refusal may name the leader', () => {
    expect(outcomeOfAnswer(write, answer(503, { type: 'not-leader', leader: 'n2' }))).toMatchObject({
      type: 'fail',
      leader: 'n2',
    });
  });

  test.each<[string, number, unknown]>([
    ['504 maybe', 504, { type: 'maybe' }],
    ['a 503 without a type', 503, 'Service Unavailable'],
    ['a listed type under another status', 500, { type: 'not-leader' }],
    ['an unlisted type', 503, { type: 'busy' }],
    ['a 501, which no register call answers', 501, { type: 'unsupported' }],
    ['a 500', 500, { type: 'about:blank' }],
    ['a redirect', 302, ''],
  ])('%s is unknown', (_name, status, body) => {
    expect(outcomeOfAnswer(write, answer(status, body))).toMatchObject({ type: 'info' });
  });

  test.each<[RegisterRequest, unknown]>([
    [read, 'hello'],
    [read, {}],
    [read, { value: 3 }],
    [write, '[]x'],
    [cas, { swapped: 'yes' }],
  ])('a success for %j that says %j is unknown, and breaks the contract', (request, body) => {
    expect(outcomeOfAnswer(request, answer(200, body))).toMatchObject({
      type: 'info',
      broken: { problem: expect.stringContaining('expected') },
    });
  });

  test('only what was never sent certainly did not happen', () => {
    expect(outcomeOfError(new DoorError('not-sent', ''))).toEqual({ type: 'fail', error: 'not-sent' });
    expect(outcomeOfError(new DoorError('closed', ''))).toEqual({ type: 'info', error: 'closed' });
    expect(outcomeOfError(new DoorError('timeout', ''))).toEqual({ type: 'info', error: 'timeout' });
  });
});
