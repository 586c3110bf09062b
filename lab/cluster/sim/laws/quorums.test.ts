import { expect, test } from '@jest/globals';
import { votersOnly, type Configuration } from '@raft-lab/node/core/configuration.ts';
import { quorumsIntersect } from './quorums.ts';

test.each<[one: string, other: string, intersect: boolean]>([
  // One voter more or less is safe (thesis §4.1), two are not.
  ['a b c', 'a b c d', true],
  ['a b c d', 'a b c', true],
  ['a b c', 'a b d', false],
  ['a b c', 'a b c d e', false],
  ['a b', 'a b', true],
  // Through a joint configuration everything is (Raft §6).
  ['a b c', 'c d e + a b c', true],
  ['c d e + a b c', 'c d e', true],
  ['a', 'b', false],
  ['f + a e', 'a b f + c', true],
])('quorums of %s and %s intersect: %s', (one, other, intersect) => {
  const configured = (text: string): Configuration => {
    const [voters = [], outgoing = []] = text.split(' + ').map((half) => half.split(' '));
    return { ...votersOnly(voters), outgoing };
  };
  expect(quorumsIntersect(configured(one), configured(other))).toBe(intersect);
});
