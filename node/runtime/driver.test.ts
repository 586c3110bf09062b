import { expect, test } from '@jest/globals';
import { InvariantViolation } from '../core/assert.ts';
import { votersOnly } from '../core/configuration.ts';
import { Raft } from '../core/raft.ts';
import { raftRules } from '../core/rules.ts';
import type { Message } from '../core/messages.ts';
import { Registers } from '../registers/registers.ts';
import { Driver } from './driver.ts';
import { Requests } from './requests.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A follower whose disk is done with a write when the test says so, and who notes what it does. */
function follower() {
  const did: string[] = [];
  const failures: unknown[] = [];
  const writes: (() => void)[] = [];
  const raft = new Raft({
    id: 'n1',
    life: 1,
    timing: { heartbeatTicks: 1, electionTicksMin: 10, electionTicksMax: 20, catchUpTicks: 100 },
    keptEntries: 100,
    recovered: {
      hardState: { term: 0, votedFor: null, commit: 0 },
      base: { index: 0, term: 0 },
      entries: [],
      configuration: votersOnly(['n1', 'n2', 'n3']),
      snapshot: null,
    },
    rules: raftRules,
    random: () => 0,
  });
  const requests = new Requests({
    life: 1,
    acknowledgeAt: 'applied',
    atDeadline: 'maybe',
    nowMs: () => 0,
    propose: (request, command) => driver.step({ kind: 'propose', request, command }),
    read: (request) => driver.step({ kind: 'read', request }),
    role: () => 'alone',
  });
  const driver = new Driver({
    raft,
    registers: new Registers(),
    log: {
      append: (_write, done) => {
        did.push('writes');
        writes.push(done);
      },
      saveSnapshot: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    requests,
    transport: {
      send: (to, messages) => {
        did.push(...messages.map(({ kind }) => `${kind} to ${to}`));
        return true;
      },
    },
    nowMs: () => 0,
    snapshotEntries: 100,
    onChange: () => undefined,
    onSnapshotFailure: () => undefined,
    onFailure: (error) => failures.push(error),
  });
  const hear = (from: string, message: Message): void => driver.step({ kind: 'message', from, message });
  return { driver, hear, did, failures, writes };
}

const append = (commit: number): Message => ({
  kind: 'append',
  term: 1,
  previous: { index: 0, term: 0 },
  entries: [{ index: 1, term: 1, payload: { kind: 'blank' } }],
  commit,
});

test('does nothing any more once an invariant does not hold: not even what waited for the disk', async () => {
  const sound = follower();
  const broken = follower();
  for (const { hear, did, writes } of [sound, broken]) {
    hear('n2', append(0));
    await turn();
    expect(did).toEqual(['writes']);
    expect(writes).toHaveLength(1);
  }
  // Another node that leads in the same term.
  broken.hear('n3', append(0));
  expect(broken.failures).toEqual([expect.any(InvariantViolation)]);
  for (const { driver, hear, writes } of [sound, broken]) {
    for (const done of writes.splice(0)) done();
    hear('n2', append(1));
    driver.step({ kind: 'tick', missed: 0 });
    driver.askForSnapshot();
    await turn();
  }
  expect(sound.did).toEqual(expect.arrayContaining(['writes', 'append-ack to n2']));
  expect(sound.failures).toEqual([]);
  expect(broken.did).toEqual(['writes']);
  expect(broken.failures).toHaveLength(1);
});
