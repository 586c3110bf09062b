/** Each law is seen to hold where it does, and to be found broken where it is. */
import { describe, expect, test } from '@jest/globals';
import { votersOnly, type Configuration } from '@raft-lab/node/core/configuration.ts';
import type { Entry } from '@raft-lab/node/core/entry.ts';
import { zeroCounts } from './counters.ts';
import type { Law } from './law-broken.ts';
import { Laws, quorumsIntersect } from './laws.ts';
import { ShadowLog } from './shadow-log.ts';

const nobody = (): [] => [];

function command(index: number, term: number, text: string): Entry {
  return { index, term, payload: { kind: 'command', command: new TextEncoder().encode(text) } };
}

function configuration(index: number, term: number, voters: readonly string[]): Entry {
  return { index, term, payload: { kind: 'configuration', configuration: votersOnly(voters) } };
}

function logOf(...entries: readonly Entry[]): ShadowLog {
  return new ShadowLog({ base: { index: 0, term: 0 }, entries });
}

function broken(law: Law): unknown {
  return expect.objectContaining({ law });
}

function breaking(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('laws', () => {
  test('one leader a term', () => {
    const laws = new Laws(zeroCounts());
    laws.leads('n1', 1, logOf());
    laws.leads('n1', 1, logOf());
    laws.leads('n2', 2, logOf());
    expect(breaking(() => laws.leads('n2', 1, logOf()))).toEqual(broken('one-leader-a-term'));
  });

  test('log matching: an index and a term name one entry, and one before it', () => {
    const laws = new Laws(zeroCounts());
    laws.appended('n1', [command(1, 1, 'a'), command(2, 2, 'b')], 0);
    laws.appended('n2', [command(1, 1, 'a')], 0);
    laws.appended('n2', [command(2, 2, 'b')], 1);
    // Another entry of another term is nobody's fault: it will be cut off.
    laws.appended('n3', [command(2, 3, 'c')], 1);
    expect(breaking(() => laws.appended('n3', [command(1, 1, 'other')], 0))).toEqual(broken('log-matching'));
    expect(breaking(() => laws.appended('n3', [command(2, 2, 'b')], 0))).toEqual(broken('log-matching'));
  });

  test('what is committed never changes', () => {
    const laws = new Laws(zeroCounts());
    laws.committed('n1', 1, command(1, 1, 'a'), nobody);
    laws.committed('n2', 1, command(1, 1, 'a'), nobody);
    for (const other of [command(1, 2, 'a'), command(1, 1, 'b')]) {
      expect(breaking(() => laws.committed('n3', 2, other, nobody))).toEqual(
        broken('committed-never-changes'),
      );
    }
  });

  test('leader completeness: at an election, and when something is committed behind a later leader', () => {
    const laws = new Laws(zeroCounts());
    laws.committed('n1', 1, command(1, 1, 'a'), nobody);
    laws.leads('n2', 2, logOf(command(1, 1, 'a')));
    expect(breaking(() => laws.leads('n3', 3, logOf()))).toEqual(broken('leader-completeness'));
    const later = { node: 'n2', term: 2, log: logOf(command(1, 1, 'a')) };
    expect(breaking(() => laws.committed('n1', 1, command(2, 1, 'b'), () => [later]))).toEqual(
      broken('leader-completeness'),
    );
  });

  test('a leader of an earlier term need not hold what was committed later', () => {
    const laws = new Laws(zeroCounts());
    laws.leads('n1', 4, logOf());
    laws.committed('n1', 4, command(1, 2, 'a'), nobody);
    expect(breaking(() => laws.leads('n3', 3, logOf()))).toBeUndefined();
  });

  test('equal hashes at equal indices', () => {
    const laws = new Laws(zeroCounts());
    laws.applied('n1', 1, 'aa');
    laws.applied('n2', 1, 'aa');
    laws.applied('n2', 2, 'bb');
    expect(breaking(() => laws.applied('n3', 2, 'aa'))).toEqual(broken('equal-applied-hash'));
  });

  test('configurations that follow on each other have quorums in common', () => {
    const laws = new Laws(zeroCounts());
    laws.committed('n1', 1, configuration(1, 1, ['n1', 'n2', 'n3']), nobody);
    laws.committed('n1', 1, configuration(2, 1, ['n1', 'n2', 'n3', 'n4']), nobody);
    const swapped = configuration(3, 1, ['n3', 'n4', 'n5']);
    expect(breaking(() => laws.committed('n1', 1, swapped, nobody))).toEqual(broken('quorums-intersect'));
  });

  test('what is said of a disk is on it', () => {
    const laws = new Laws(zeroCounts());
    const disk = (votedFor: string | null, lastIndex: number) => ({
      hardState: { term: 3, votedFor, commit: 0 },
      lastIndex,
    });
    const committed = { index: 0, term: 0 };
    const vote = {
      to: 'n2',
      message: { kind: 'vote', term: 3, pre: false, granted: true, committed },
    } as const;
    const ack = { to: 'n2', message: { kind: 'append-ack', term: 3, matched: 5 } } as const;
    laws.said('n1', vote, disk('n2', 0));
    laws.said('n1', ack, disk(null, 5));
    expect(breaking(() => laws.said('n1', vote, disk(null, 0)))).toEqual(broken('durable-before-said'));
    expect(breaking(() => laws.said('n1', ack, disk(null, 4)))).toEqual(broken('durable-before-said'));
  });
});

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
