/**
 * The paper and the thesis, section by section: what each promises, in one short scene. The longer ones are the scripts in `testdata/`, which `golden.test.ts`
 * plays; what happens where a promise is broken is in `rules.test.ts`. `docs/raft.md` has the whole map.
 */
import { describe, expect, test } from '@jest/globals';
import { ScriptedCluster } from './script.ts';

/** Plays all lines and tells what the last one did. */
function last(...lines: readonly string[]): string {
  const cluster = new ScriptedCluster();
  return lines.map((line) => cluster.run(line).join('\n')).at(-1) ?? '';
}

/** Plays all lines and tells everything. */
function all(...lines: readonly string[]): string {
  const cluster = new ScriptedCluster();
  return lines.flatMap((line) => cluster.run(line)).join('\n');
}

const three = ['cluster n1 n2 n3', 'elect n1'];
const status = (id: string, told: string): string =>
  told.split('\n').find((line) => line.startsWith(`${id} `)) ?? '';

describe('Raft §5.1: terms', () => {
  test('a leader of an earlier term hears that its term is over, and follows', () => {
    const told = all(...three, 'cut n1 n2,n3', 'elect n2', 'heal', 'tick n1 2', 'settle', 'status');
    expect(told).toContain('n2 > n1 stale term 2');
    expect(told).toContain('n1 follower term 2');
  });
});

describe('Raft §5.2: leader election', () => {
  test('a candidate with a majority leads, and the others follow it', () => {
    const told = last(...three, 'status');
    expect(told).toContain('n1 leader term 1');
    expect(told.match(/follower term 1 leader n1/g)).toHaveLength(2);
  });

  test('a candidate that hears the leader of its term follows it', () => {
    const before = ['cluster n1 n2 n3', 'cut n1 n2', 'tick n1 20', 'tick n2 20', 'deliver n1>n3 n2>n3'];
    const both = [...before, 'deliver n3>n1 n3>n2', 'deliver n1>n3', 'deliver n3>n1'];
    expect(status('n2', last(...both, 'status'))).toContain('candidate term 1');
    const told = last(...both, 'heal', 'lose n2>n3', 'tick n1 2', 'deliver n1>n2', 'status');
    expect(status('n2', told)).toContain('follower term 1 leader n1');
  });

  test('without a majority nobody leads, and the term does not run away', () => {
    const told = last('cluster n1 n2 n3', 'cut n1 n2,n3', 'tick n1 400', 'status');
    expect(status('n1', told)).toContain('candidate term 0');
  });
});

describe('Raft §5.3: log replication (figure 7: testdata/figure-7.txt)', () => {
  test('an entry is applied when a majority has it, and a minority does not hold it up', () => {
    const told = all(...three, 'cut n1 n3', 'propose n1 x', 'settle');
    expect(told).toContain('n1 applies [2@1 x]');
    expect(told).not.toContain('n3 applies [2@1 x]');
  });

  test('the consistency check finds where logs agree, and what conflicts is replaced', () => {
    const told = last(
      ...three,
      'cut n1 n2,n3',
      'propose n1 lost',
      'elect n2',
      'propose n2 kept',
      'settle',
      'heal',
      'tick n2 2',
      'settle',
      'log',
    );
    expect(told).toContain('n1 on disk: 1@1 blank, 2@2 blank, 3@2 kept');
  });
});

describe('Raft §5.4.1: election restriction', () => {
  test('a node whose log lacks what is committed is not elected', () => {
    const told = all(
      ...three,
      'cut n3 n1,n2',
      'propose n1 x',
      'settle',
      'crash n1',
      'heal',
      'elect n3',
      'status',
    );
    expect(told).toContain('n2 > n3 pre-vote term 1 refused');
    expect(told).not.toContain('n3 leader');
  });
});

describe('Raft §5.4.2: entries of earlier terms (figure 8: testdata/figure-8.txt)', () => {
  test('are committed with the first entry of the leader’s own, and not before', () => {
    const told = all(...three, 'cut n1 n2,n3', 'propose n1 x', 'crash n1', 'restart n1', 'heal', 'elect n1');
    expect(told).toContain('n1 applies [2@1 x, 3@2 blank]');
    expect(told).not.toContain('n1 applies [2@1 x]\n');
  });
});

describe('Raft §5.5: crashes', () => {
  test('a node that comes back is brought up to date', () => {
    const told = last(
      ...three,
      'crash n3',
      'propose n1 x',
      'settle',
      'restart n3',
      'settle',
      'tick n1 2',
      'settle',
      'log',
    );
    expect(told).toContain('n3 on disk: 1@1 blank, 2@1 x');
  });
});

describe('Raft §6: membership (testdata/membership-joint.txt, membership-joint-crash.txt)', () => {
  const joined = [...three, 'add n4', 'add n5', 'change n1 voters n1 n2 n3 learners n4 n5', 'settle'];

  test('several voters change through a joint configuration, in which both majorities are needed', () => {
    const change = [...joined, 'change n1 voters n1 n4 n5'];
    expect(all(...change, 'settle')).toContain('n1 applies [4@1 voters(n1 n4 n5) removed(n2 n3)]');
    expect(all(...joined, 'cut n1 n2,n3', 'change n1 voters n1 n4 n5', 'settle')).not.toContain(
      'n1 applies [3@1',
    );
    expect(all(...joined, 'cut n1 n4,n5', 'change n1 voters n1 n4 n5', 'settle')).not.toContain(
      'n1 change 2',
    );
  });

  test('a leader that is removed leads until that is committed, and then leaves', () => {
    const told = last(...three, 'change n1 voters n2 n3', 'settle', 'status');
    expect(status('n1', told)).toContain('idle');
    expect(told).toMatch(/n[23] leader/);
  });

  test('who was removed, and does not know it, disturbs nobody', () => {
    const removed = [
      ...three,
      'cut n3 n1,n2',
      'change n1 voters n1 n2',
      'settle',
      'heal',
      'tick n3 60',
      'settle',
    ];
    const told = last(...removed, 'status');
    expect(told).toContain('n1 leader term 1');
  });
});

describe('Raft §7: snapshots (testdata/snapshot.txt)', () => {
  test('a follower whose next entry is compacted away becomes what the snapshot says', () => {
    const behind = [...three, 'cut n3 n1,n2', 'propose n1 x', 'settle', 'snapshot n1', 'heal'];
    expect(last(...behind, 'tick n1 2', 'settle')).toContain('n3 becomes its snapshot at 2@1');
  });

  test('a configuration has the same place in the log at every node, also where it came with a snapshot, or from the disk', () => {
    const changed = [...three, 'add n4', 'cut n3 n1,n2', 'change n1 voters n1 n2 n3 learners n4', 'settle'];
    const behind = [...changed, 'propose n1 x', 'settle', 'snapshot n1', 'heal', 'tick n1 2', 'settle'];
    const places = (told: string): string[] =>
      ['n1', 'n2', 'n3'].map((id) => /^n\d \d+/.exec(status(id, told))?.[0] ?? '');
    expect(all(...behind)).toContain('n3 becomes its snapshot at 3@1');
    expect(places(last(...behind, 'members'))).toEqual(['n1 2', 'n2 2', 'n3 2']);
    const restarted = [...behind, 'crash n3', 'restart n3', 'tick n1 2', 'settle', 'members'];
    expect(places(last(...restarted))).toEqual(['n1 2', 'n2 2', 'n3 2']);
  });
});

describe('Raft §8: clients (testdata/reads.txt, reads-need-own-term.txt)', () => {
  test('a new leader commits a blank entry, and answers no read before', () => {
    const voted = ['deliver n2>n3', 'deliver n3>n2', 'deliver n2>n3', 'deliver n3>n2'];
    const elected = [...three, 'crash n1', 'campaign n2', ...voted, 'lose n2>n3'];
    expect(status('n2', last(...elected, 'status'))).toContain('leader term 2');
    // n3 confirms that n2 leads, but does not have its entry yet.
    const confirmed = [...elected, 'read n2', 'tick n2 2', 'deliver n2>n3', 'deliver n3>n2'];
    expect(all(...confirmed)).toContain('n3 > n2 heartbeat-ack term 2 round 1');
    expect(all(...confirmed)).not.toContain('n2 may answer read 1');
    expect(all(...confirmed, 'settle', 'tick n2 2', 'settle')).toContain('n2 may answer read 1');
  });
});

describe('thesis §3.10: leadership transfer (testdata/transfer.txt)', () => {
  test('the target needs no time-out, and takes nothing over before it has everything', () => {
    expect(last(...three, 'transfer n1 n2', 'settle', 'status')).toContain('n2 leader term 2');
    expect(
      last(...three, 'cut n1 n2', 'propose n1 x', 'settle', 'transfer n1 n2', 'settle', 'status'),
    ).toContain('n1 leader term 1');
  });
});

describe('thesis §4.1: one change at a time (testdata/membership-2015.txt, membership-single.txt)', () => {
  test('another one is refused while one is under way, and by a leader that has committed nothing', () => {
    const told = all(...three, 'cut n1 n2,n3', 'change n1 voters n1 n2', 'change n1 voters n1 n3');
    expect(told).toContain('n1 change 2: in-progress');
  });
});

describe('thesis §4.2.1: catching up (testdata/membership-no-catch-up.txt)', () => {
  test('a new voter first receives the log, and does not count meanwhile', () => {
    const joining = [...three, 'add n4', 'cut n4 n1,n2,n3', 'change n1 voters n1 n2 n3 n4', 'settle'];
    expect(last(...joining, 'members')).toContain('n1 2: voters(n1 n2 n3) learners(n4)');
    const caughtUp = [...joining, 'heal', 'tick n1 2', 'settle'];
    expect(last(...caughtUp, 'members')).toContain('n4 3: voters(n1 n2 n3 n4)');
  });
});

describe('thesis §4.2.2: a voter that does not know of it', () => {
  test('votes all the same', () => {
    // n4 was made a voter by an entry that it has not seen, and without its vote nobody could be elected.
    const promoted = [
      ...three,
      'add n4',
      'change n1 voters n1 n2 n3 learners n4',
      'settle',
      'change n1 voters n1 n2 n3 n4',
      'deliver n1>n2 n1>n3',
      'lose n1>n4',
      'deliver n2>n1 n3>n1',
      'lose n1>n4',
      'deliver n1>n2 n1>n3',
      'crash n1',
    ];
    expect(last(...promoted, 'elect n2', 'status')).toContain('n2 leader term 2');
  });
});

describe('thesis §6.2: a leader without a quorum', () => {
  test('makes room', () => {
    expect(status('n1', last(...three, 'cut n1 n2,n3', 'tick n1 40', 'status'))).toContain('follower');
  });
});

describe('thesis §6.3: each request once', () => {
  test('a forwarded command that comes twice is two entries; the state machine knows it again (registers/sessions.ts)', () => {
    const told = all(...three, 'propose n2 x', 'settle', 'propose n2 x', 'settle');
    expect(told.match(/n1 applies \[\d@1 x\]/g)).toHaveLength(2);
  });
});

describe('thesis §6.4: reads without the log (leases: lease.test.ts)', () => {
  test('cost a round of heartbeats and no entry; a follower asks its leader', () => {
    const told = all(...three, 'read n2', 'settle');
    expect(told).toContain('n2 > n1 read-index 1');
    expect(told).toContain('n2 may answer read 1');
    expect(told).not.toContain('2@1');
  });

  test('are not answered by a leader that has been replaced', () => {
    const told = all(...three, 'cut n1 n2,n3', 'elect n2', 'propose n2 x', 'settle', 'read n1', 'settle');
    expect(told).not.toContain('n1 may answer read');
  });
});

describe('thesis §9.6: pre-vote', () => {
  test('who was cut off comes back without a higher term, and the leader leads on', () => {
    const told = last(...three, 'cut n3 n1,n2', 'tick n3 200', 'heal', 'tick n1 2', 'settle', 'status');
    expect(told).toContain('n1 leader term 1');
    expect(status('n3', told)).toContain('follower term 1 leader n1');
  });
});
