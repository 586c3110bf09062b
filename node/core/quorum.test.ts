import { describe, expect, test } from '@jest/globals';
import type { Configuration } from './configuration.ts';
import { votersOnly } from './configuration.ts';
import { countVotes, quorumValue } from './quorum.ts';

const joint: Configuration = {
  voters: ['a', 'b', 'c'],
  outgoing: ['c', 'd', 'e'],
  learners: ['f'],
  index: 0,
  learnersNext: [],
  removed: [],
};
const of =
  (values: Record<string, number>) =>
  (node: string): number =>
    values[node] ?? 0;

describe('quorums', () => {
  test.each([
    [['a'], { a: 7 }, 7],
    [['a', 'b'], { a: 7, b: 3 }, 3],
    [['a', 'b', 'c'], { a: 7, b: 3, c: 5 }, 5],
    [['a', 'b', 'c', 'd'], { a: 7, b: 3, c: 5, d: 9 }, 5],
    [['a', 'b', 'c', 'd', 'e'], { a: 7, b: 3, c: 5, d: 9 }, 5],
    [[], {}, 0],
  ])('of %j with %j is %d', (voters, values, expected) => {
    expect(quorumValue(votersOnly(voters), of(values))).toBe(expected);
  });

  test('a joint configuration needs a majority of each half, and learners count nowhere', () => {
    expect(quorumValue(joint, of({ a: 9, b: 9, c: 9, f: 9 }))).toBe(0);
    expect(quorumValue(joint, of({ a: 9, b: 2, c: 8, d: 8 }))).toBe(8);
  });

  test('votes', () => {
    const votes = (granted: string, refused: string) => (node: string) =>
      granted.includes(node) ? true : refused.includes(node) ? false : undefined;
    const three = votersOnly(['a', 'b', 'c']);
    expect(countVotes(three, votes('ab', ''))).toBe('won');
    expect(countVotes(three, votes('a', 'b'))).toBe('pending');
    expect(countVotes(three, votes('a', 'bc'))).toBe('lost');
    expect(countVotes(votersOnly(['a', 'b', 'c', 'd']), votes('ab', 'cd'))).toBe('lost');
    expect(countVotes(joint, votes('abc', ''))).toBe('pending');
    expect(countVotes(joint, votes('abc', 'de'))).toBe('lost');
    expect(countVotes(joint, votes('bcd', ''))).toBe('won');
  });
});
