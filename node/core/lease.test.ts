import { describe, expect, test } from '@jest/globals';
import { votersOnly } from './configuration.ts';
import type { Input } from './effects.ts';
import type { Message } from './messages.ts';
import { Raft } from './raft.ts';
import { raftRules } from './rules.ts';

const leaseMs = 80;
const timing = { heartbeatTicks: 2, electionTicksMin: 10, electionTicksMax: 20, catchUpTicks: 40 };

/** n1 of three, with a clock of its own and a disk that is always done. */
class Node {
  readonly raft: Raft;
  nowMs = 1_000;

  constructor(lease: number) {
    this.raft = new Raft({
      id: 'n1',
      life: 1,
      timing,
      keptEntries: 0,
      leaseMs: lease,
      recovered: {
        hardState: { term: 0, votedFor: null, commit: 0 },
        base: { index: 0, term: 0 },
        entries: [],
        configuration: votersOnly(['n1', 'n2', 'n3']),
        snapshot: null,
      },
      rules: raftRules,
      random: () => 0.5,
    });
  }

  /** One input; what it leads to, the disk's part included. */
  act(input: Input): { said: Message[]; reads: readonly number[] } {
    this.raft.step(input, this.nowMs);
    const said: Message[] = [];
    let reads: readonly number[] = [];
    for (;;) {
      const effects = this.raft.takeEffects();
      const { append, send } = effects;
      said.push(...send.map(({ message }) => message), ...(append?.then ?? []).map(({ message }) => message));
      reads = [...reads, ...effects.reads];
      if (append === null) return { said, reads };
      this.raft.step({ kind: 'persisted', sequence: append.sequence }, this.nowMs);
    }
  }

  tick(): Message[] {
    return this.act({ kind: 'tick', missed: 0 }).said;
  }

  hear(message: Message, from = 'n2'): Message[] {
    return this.act({ kind: 'message', from, message }).said;
  }

  read(request: number): readonly number[] {
    return this.act({ kind: 'read', request }).reads;
  }

  /** Is elected by n2, which holds its first entry, and answers its heartbeats. */
  lead(): void {
    for (let left = timing.electionTicksMax; left > 0; left -= 1) this.tick();
    const committed = { index: 0, term: 0 };
    this.hear({ kind: 'vote', term: 1, pre: true, granted: true, committed });
    this.hear({ kind: 'vote', term: 1, pre: false, granted: true, committed });
    this.hear({ kind: 'append-ack', term: 1, matched: 1 });
    this.heartbeat(true);
  }

  /** A round of heartbeats leaves, and n2 answers it or not. */
  heartbeat(answered: boolean): void {
    const beats = [...this.tick(), ...this.tick()].filter(({ kind }) => kind === 'heartbeat');
    const beat = beats[0];
    if (beat?.kind !== 'heartbeat') throw new Error('a heartbeat was due');
    if (!answered) return;
    this.hear({ kind: 'heartbeat-ack', term: 1, round: beat.round, matched: 1, missing: false });
  }
}

const voteRequest = (changes: { transfer?: boolean; pre?: boolean } = {}): Message => ({
  kind: 'vote-request',
  term: 1,
  pre: false,
  last: { index: 0, term: 0 },
  committed: { index: 0, term: 0 },
  transfer: false,
  ...changes,
});
const granted = (said: readonly Message[]): boolean =>
  said.some((message) => message.kind === 'vote' && message.granted);

describe('a leader with a lease', () => {
  test('answers reads at once while it lasts, and then asks again', () => {
    const node = new Node(leaseMs);
    node.lead();
    node.nowMs += leaseMs - 1;
    expect(node.read(1)).toEqual([1]);
    node.nowMs += 1;
    expect(node.read(2)).toEqual([]);
  });

  test('has it only from a quorum, and from when the heartbeat left, not from when it was answered', () => {
    const node = new Node(leaseMs);
    node.lead();
    node.nowMs += leaseMs - 1;
    node.heartbeat(false);
    node.nowMs += 1;
    expect(node.read(1)).toEqual([]);
  });

  test('has none in a term in which it asked somebody to take over', () => {
    const node = new Node(leaseMs);
    node.lead();
    expect(node.read(1)).toEqual([1]);
    const said = node.act({ kind: 'transfer', to: 'n2' }).said;
    expect(said.map(({ kind }) => kind)).toContain('timeout-now');
    for (let left = timing.electionTicksMax; left > 0; left -= 2) node.heartbeat(true);
    expect(node.raft.status.role).toBe('leader');
    expect(node.read(2)).toEqual([]);
  });

  test('is an option: without it every read asks', () => {
    const node = new Node(0);
    node.lead();
    expect(node.read(1)).toEqual([]);
  });
});

describe('a voter with leases', () => {
  test('that was just started votes for nobody until every promise of its last life is over, unless the leader asks for it', () => {
    const node = new Node(leaseMs);
    expect(granted(node.hear(voteRequest()))).toBe(false);
    for (let left = timing.electionTicksMin; left > 0; left -= 1) node.tick();
    expect(granted(node.hear(voteRequest()))).toBe(true);
    expect(granted(new Node(leaseMs).hear(voteRequest({ transfer: true })))).toBe(true);
    expect(granted(new Node(0).hear(voteRequest()))).toBe(true);
  });

  test('keeps its promise to a leader of an earlier term', () => {
    const node = new Node(leaseMs);
    for (let left = timing.electionTicksMin; left > 0; left -= 1) node.tick();
    const heartbeat = { kind: 'heartbeat', term: 1, round: 1, commit: 0, sent: 0 } as const;
    node.hear(heartbeat, 'n3');
    node.hear({ kind: 'stale', term: 2 });
    expect(node.raft.status.term).toBe(2);
    expect(granted(node.hear({ ...voteRequest(), term: 2 } as Message))).toBe(false);
    for (let left = timing.electionTicksMin; left > 0; left -= 1) node.tick();
    expect(granted(node.hear({ ...voteRequest(), term: 2 } as Message))).toBe(true);
  });
});
