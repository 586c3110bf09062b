/** Each law is seen to hold where it does, and to be found broken where it is. */
import { describe, expect, test } from '@jest/globals';
import { votersOnly } from '@raft-lab/node/core/configuration.ts';
import type { Entry } from '@raft-lab/node/core/entry.ts';
import type { Outgoing } from '@raft-lab/node/core/messages.ts';
import { zeroCounts } from '../counters.ts';
import type { Law } from './law-broken.ts';
import { Laws, type LawfulDisk } from './laws.ts';
import { ShadowLog } from './shadow-log.ts';

/** Disks on which everything is, and everyone's vote, unless a test says otherwise. */
function lawsOf(
  disk: LawfulDisk | ((node: string) => LawfulDisk) = {
    hardState: { term: 100, votedFor: null, commit: 0 },
    lastIndex: 100,
    holds: () => true,
    wipes: 0,
  },
): Laws {
  return new Laws(zeroCounts(), first.voters, typeof disk === 'function' ? disk : () => disk);
}

const first = votersOnly(['n1', 'n2', 'n3']);
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

/** The others vote for `node`, and it leads. */
function elect(laws: Laws, node: string, term: number, log: ShadowLog): void {
  for (const voter of first.voters) if (voter !== node) laws.said(voter, voteFor(node, term));
  laws.leads(node, term, log, first);
}

function voteFor(candidate: string, term: number): Outgoing {
  const committed = { index: 0, term: 0 };
  return { to: candidate, message: { kind: 'vote', term, pre: false, granted: true, committed } };
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
    const laws = lawsOf();
    elect(laws, 'n1', 1, logOf());
    laws.leads('n1', 1, logOf(), first);
    elect(laws, 'n2', 2, logOf());
    expect(breaking(() => laws.leads('n2', 1, logOf(), first))).toEqual(broken('one-leader-a-term'));
  });

  test('log matching: an index and a term name one entry, and one before it', () => {
    const laws = lawsOf();
    laws.appended('n1', [command(1, 1, 'a'), command(2, 2, 'b')], 0);
    laws.appended('n2', [command(1, 1, 'a')], 0);
    laws.appended('n2', [command(2, 2, 'b')], 1);
    // Another entry of another term is nobody's fault: it will be cut off.
    laws.appended('n3', [command(2, 3, 'c')], 1);
    expect(breaking(() => laws.appended('n3', [command(1, 1, 'other')], 0))).toEqual(broken('log-matching'));
    expect(breaking(() => laws.appended('n3', [command(2, 2, 'b')], 0))).toEqual(broken('log-matching'));
  });

  test('what is committed never changes', () => {
    const laws = lawsOf();
    laws.committed('n1', 1, command(1, 1, 'a'), nobody);
    laws.committed('n2', 1, command(1, 1, 'a'), nobody);
    for (const other of [command(1, 2, 'a'), command(1, 1, 'b')]) {
      expect(breaking(() => laws.committed('n3', 2, other, nobody))).toEqual(
        broken('committed-never-changes'),
      );
    }
  });

  test('leader completeness: at an election, and when something is committed behind a later leader', () => {
    const laws = lawsOf();
    laws.committed('n1', 1, command(1, 1, 'a'), nobody);
    elect(laws, 'n2', 2, logOf(command(1, 1, 'a')));
    expect(breaking(() => elect(laws, 'n3', 3, logOf()))).toEqual(broken('leader-completeness'));
    const later = { node: 'n2', term: 2, log: logOf(command(1, 1, 'a')) };
    expect(breaking(() => laws.committed('n1', 1, command(2, 1, 'b'), () => [later]))).toEqual(
      broken('leader-completeness'),
    );
  });

  test('a leader of an earlier term need not hold what was committed later', () => {
    const laws = lawsOf();
    elect(laws, 'n1', 4, logOf());
    laws.committed('n1', 4, command(1, 2, 'a'), nobody);
    expect(breaking(() => elect(laws, 'n3', 3, logOf()))).toBeUndefined();
  });

  test('equal hashes at equal indices', () => {
    const laws = lawsOf();
    laws.applied('n1', 1, 'aa');
    laws.applied('n2', 1, 'aa');
    laws.applied('n2', 2, 'bb');
    expect(breaking(() => laws.applied('n3', 2, 'aa'))).toEqual(broken('equal-applied-hash'));
  });

  test('configurations that follow on each other have quorums in common', () => {
    const laws = lawsOf();
    laws.committed('n1', 1, configuration(1, 1, ['n1', 'n2', 'n3']), nobody);
    laws.committed('n1', 1, configuration(2, 1, ['n1', 'n2', 'n3', 'n4']), nobody);
    const swapped = configuration(3, 1, ['n3', 'n4', 'n5']);
    expect(breaking(() => laws.committed('n1', 1, swapped, nobody))).toEqual(broken('quorums-intersect'));
  });

  test('what is said of a disk is on it', () => {
    const disk = (votedFor: string | null, lastIndex: number) =>
      lawsOf({ hardState: { term: 3, votedFor, commit: 0 }, lastIndex, holds: () => true, wipes: 0 });
    const committed = { index: 0, term: 0 };
    const vote = {
      to: 'n2',
      message: { kind: 'vote', term: 3, pre: false, granted: true, committed },
    } as const;
    const ack = { to: 'n2', message: { kind: 'append-ack', term: 3, matched: 5 } } as const;
    const request = {
      to: 'n2',
      message: { kind: 'vote-request', term: 3, pre: false, last: committed, committed, transfer: false },
    } as const;
    disk('n2', 0).said('n1', vote);
    disk('n1', 0).said('n1', request);
    disk(null, 5).said('n1', ack);
    expect(breaking(() => disk(null, 0).said('n1', vote))).toEqual(broken('durable-before-said'));
    expect(breaking(() => disk('n2', 0).said('n1', request))).toEqual(broken('durable-before-said'));
    expect(breaking(() => disk(null, 4).said('n1', ack))).toEqual(broken('durable-before-said'));
    // One flush wrote entries of term 2 and the cut that term 3 made.
    disk(null, 4).said('n1', { to: 'n2', message: { ...ack.message, term: 2 } });
  });

  test('a leader has the votes of a quorum, in each half of a joint configuration', () => {
    const votes = (...voters: readonly string[]): Laws => {
      const laws = lawsOf((node) => ({
        hardState: { term: 3, votedFor: voters.includes(node) ? 'n1' : null, commit: 0 },
        lastIndex: 0,
        holds: () => true,
        wipes: 0,
      }));
      for (const voter of voters) if (voter !== 'n1') laws.said(voter, voteFor('n1', 3));
      return laws;
    };
    const joint = { voters: ['n1', 'n4', 'n5'], outgoing: ['n1', 'n2', 'n3'] };
    votes('n1', 'n2').leads('n1', 3, logOf(), first);
    votes('n1', 'n2', 'n4').leads('n1', 3, logOf(), joint);
    for (const [voters, configuration] of [
      [['n1'], first],
      [['n2'], first],
      [['n1', 'n4', 'n5'], joint],
    ] as const) {
      expect(breaking(() => votes(...voters).leads('n1', 3, logOf(), configuration))).toEqual(
        broken('elected-by-quorum'),
      );
    }
  });

  test('a vote of an earlier term elects nobody', () => {
    const laws = lawsOf((node) => ({
      hardState: { term: 4, votedFor: node === 'n1' ? 'n1' : null, commit: 0 },
      lastIndex: 0,
      holds: () => true,
      wipes: 0,
    }));
    laws.said('n2', voteFor('n1', 3));
    expect(breaking(() => laws.leads('n1', 4, logOf(), first))).toEqual(broken('elected-by-quorum'));
  });

  test('one vote a term, which the next life knows of, unless the disk was wiped', () => {
    let wipes = 0;
    const hardState = { term: 4, votedFor: null, commit: 0 };
    const laws = lawsOf(() => ({ hardState, lastIndex: 0, holds: () => true, wipes }));
    laws.said('n2', voteFor('n1', 3));
    laws.said('n2', voteFor('n1', 3));
    laws.said('n3', voteFor('n3', 3));
    laws.begins('n2', { term: 3, votedFor: 'n1', commit: 0 });
    laws.begins('n2', { term: 4, votedFor: null, commit: 0 });
    expect(breaking(() => laws.said('n2', voteFor('n3', 3)))).toEqual(broken('one-vote-a-term'));
    expect(breaking(() => laws.begins('n2', { term: 3, votedFor: null, commit: 0 }))).toEqual(
      broken('votes-remembered'),
    );
    wipes = 1;
    laws.begins('n2', { term: 3, votedFor: null, commit: 0 });
    laws.said('n2', voteFor('n3', 3));
  });

  test('what is committed is on the disks of a quorum', () => {
    const heldBy = (...nodes: readonly string[]) =>
      lawsOf((node) => ({
        hardState: { term: 1, votedFor: null, commit: 0 },
        lastIndex: 1,
        holds: () => nodes.includes(node),
        wipes: 0,
      }));
    heldBy('n2', 'n3').committed('n1', 1, command(1, 1, 'a'), nobody);
    expect(breaking(() => heldBy('n1').committed('n1', 1, command(1, 1, 'a'), nobody))).toEqual(
      broken('committed-on-quorum'),
    );
  });
});

describe('what is committed while the configuration grows, and is on the disks of two of the first three voters only', () => {
  const grown = [
    configuration(1, 1, ['n1', 'n2', 'n3', 'n4']),
    configuration(2, 1, ['n1', 'n2', 'n3', 'n4', 'n5']),
  ];
  /** Somebody who has applied everything up to `applied` commits what comes after these configurations. */
  const commit = (applied: number, ...configurations: readonly Entry[]): unknown => {
    const index = configurations.length + 1;
    const laws = lawsOf((node) => ({
      hardState: { term: 1, votedFor: null, commit: 0 },
      lastIndex: index,
      holds: (entry) => entry.index < index || ['n1', 'n2'].includes(node),
      wipes: 0,
    }));
    for (const entry of configurations) laws.committed('n1', 1, entry, nobody);
    laws.stepBegins(applied);
    return breaking(() => laws.committed('n3', 2, command(index, 2, 'a'), nobody));
  };

  test.each<[what: string, applied: number, configurations: readonly Entry[], found: unknown]>([
    ['counted by the configuration before the latest', 0, grown.slice(0, 1), undefined],
    ['the latest was applied', 1, grown.slice(0, 1), broken('committed-on-quorum')],
    ['two configurations are not applied', 0, grown, broken('committed-on-quorum')],
  ])('%s', (_what, applied, configurations, found) => {
    expect(commit(applied, ...configurations)).toEqual(found);
  });
});
