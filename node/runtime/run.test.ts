/** A node whose invariant is broken from outside: two peers that both claim to lead in one term. */
import { expect, test } from '@jest/globals';
import type { Heartbeat } from '../core/messages.ts';
import { clusterToken, ending, TestCluster, until } from '../testing/processes.ts';
import { openTcpPeers } from '../transport/tcp-peers.ts';

const limitMs = 60_000;
const term = 99;

const heartbeat: Heartbeat = { kind: 'heartbeat', term, round: 1, commit: 0, sent: 0 };

test(
  'ends with a dump where an invariant does not hold, and the next life knows the term',
  async () => {
    await using cluster = await TestCluster.start(3, { voters: ['n1'] });
    await cluster.write('n1', 'x', 'before');
    const child = cluster.process('n1');
    const lies = async (id: string, life: number) => {
      const peer = await openTcpPeers({
        id,
        life,
        token: clusterToken,
        listen: cluster.peerAddress(id),
        peers: new Map([['n1', cluster.peerAddress('n1')]]),
        events: { onMessages: () => undefined, onPeerRestarted: () => undefined },
        note: () => undefined,
      });
      return {
        claim: () => peer.send('n1', [heartbeat]),
        [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
      };
    };
    await using n2 = await lies('n2', 2);
    await using n3 = await lies('n3', 3);

    // One leader is believed, and the node goes on.
    await until('n1 follows n2', async () => {
      n2.claim();
      return (await cluster.status('n1'))?.leader === 'n2';
    });
    expect(child.exitCode).toBeNull();

    await until('n1 ends', () => {
      n3.claim();
      return Promise.resolve(child.exitCode !== null);
    });
    expect(await ending(child)).toBe(1);
    const dump = cluster
      .output('n1')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .at(-1);
    expect(dump).toMatchObject({
      msg: `An invariant of Raft does not hold: term ${term} has one leader, not both n2 and n3.`,
      err: { type: 'InvariantViolation' },
      status: { id: 'n1', role: 'follower', term, leader: 'n2', commitIndex: expect.any(Number) as unknown },
    });
    expect((await cluster.try('n1', 'GET', '/status')).status).toBe(0);

    await n2[Symbol.asyncDispose]();
    await n3[Symbol.asyncDispose]();
    await cluster.start('n1');
    expect((await cluster.status('n1'))?.term).toBeGreaterThanOrEqual(term);
    expect(await cluster.read('n1', 'x')).toBe('before');
  },
  limitMs,
);
