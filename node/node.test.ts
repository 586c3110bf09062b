/** Three real processes on loopback: what a crash, a pause and a restart may not change. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ending, TestCluster, until } from './testing/processes.ts';

const limitMs = 120_000;

describe('three nodes', () => {
  test(
    'serve at every node, survive the kill of their leader, and agree again when it is back',
    async () => {
      await using cluster = await TestCluster.start(3);
      await cluster.write('n1', 'x', 'first');
      for (const id of cluster.ids) expect(await cluster.read(id, 'x')).toBe('first');
      const swap = await cluster.call('n2', 'POST', '/registers/x/cas', { from: 'first', to: 'second' });
      expect(swap).toEqual({ status: 200, body: { swapped: true } });

      const key = { 'idempotency-key': 'client/1' };
      const request = { from: 'second', to: 'third' };
      const first = await cluster.call('n3', 'POST', '/registers/x/cas', request, key);
      expect(first.body).toEqual({ swapped: true });

      const killed = await cluster.leader();
      const { term = 0 } = (await cluster.status(killed)) ?? {};
      await cluster.signal(killed, 'SIGKILL');
      const next = await cluster.leader();
      const other = cluster.ids.find((id) => id !== killed && id !== next) ?? '';
      expect(await cluster.read(other, 'x')).toBe('third');
      await cluster.write(other, 'x', 'fourth');
      // Made again elsewhere, under another leader, the request is answered as before and has no effect.
      const again = await cluster.call(next, 'POST', '/registers/x/cas', request, key);
      expect(again).toEqual({ status: 200, body: { swapped: true } });
      expect(await cluster.read(next, 'x')).toBe('fourth');

      await cluster.start(killed);
      expect((await cluster.status(killed))?.term).toBeGreaterThanOrEqual(term);
      expect(await cluster.read(killed, 'x')).toBe('fourth');
      await until('all have applied the same', async () => {
        const statuses = await Promise.all(cluster.ids.map((id) => cluster.status(id)));
        return new Set(statuses.map((status) => `${status?.appliedIndex} ${status?.appliedHash}`)).size === 1;
      });
    },
    limitMs,
  );

  test(
    'that were all killed know everything they acknowledged, and one that forgets its log does not',
    async () => {
      const killAll = async (entry: string): Promise<unknown> => {
        await using cluster = await TestCluster.start(3, { entry });
        await cluster.write('n1', 'x', 'kept');
        const { term = 0 } = (await cluster.status('n1')) ?? {};
        await Promise.all(cluster.ids.map((id) => cluster.signal(id, 'SIGKILL')));
        await Promise.all(cluster.ids.map((id) => cluster.start(id)));
        expect((await cluster.status('n1'))?.term).toBeGreaterThanOrEqual(term);
        return await cluster.read('n2', 'x');
      };
      expect(await killAll('main.ts')).toBe('kept');
      expect(await killAll('mutants/forgets-log.ts')).toBeNull();
    },
    limitMs,
  );

  test(
    'compact their logs; one that was away is brought back by a snapshot, and knows every client again',
    async () => {
      await using cluster = await TestCluster.start(3, { environment: { RAFT_SNAPSHOT_ENTRIES: '20' } });
      const key = { 'idempotency-key': 'client/7' };
      const swap = { from: null, to: 'once' };
      await cluster.call('n1', 'POST', '/registers/x/cas', swap, key);
      const away = cluster.ids.find((id) => id !== 'n1') ?? '';
      await cluster.signal(away, 'SIGKILL');
      for (let count = 1; count <= 100; count += 1) await cluster.write('n1', 'y', `value ${count}`);
      await cluster.start(away);
      await until('it has a snapshot of the others', async () => {
        return ((await cluster.status(away))?.snapshotsInstalled ?? 0) > 0;
      });
      expect(await cluster.read(away, 'y')).toBe('value 100');

      // Now everything that it installed has to be found on the disks.
      await Promise.all(cluster.ids.map((id) => cluster.signal(id, 'SIGKILL')));
      await Promise.all(cluster.ids.map((id) => cluster.start(id)));
      expect(await cluster.read(away, 'y')).toBe('value 100');
      await cluster.write('n1', 'x', 'twice');
      const again = await cluster.call(away, 'POST', '/registers/x/cas', swap, key);
      expect(again.body).toEqual({ swapped: true });
      expect(await cluster.read(away, 'x')).toBe('twice');

      const before = (await cluster.status('n1'))?.snapshotIndex ?? 0;
      const token = { authorization: 'Bearer test-token' };
      expect((await cluster.call('n1', 'POST', '/snapshot', undefined, token)).status).toBe(202);
      await until(
        'n1 has compacted',
        async () => ((await cluster.status('n1'))?.snapshotIndex ?? 0) > before,
      );
    },
    limitMs,
  );

  test(
    'become others, one at a time and all at once, and lose nothing on the way',
    async () => {
      const environment = { RAFT_SNAPSHOT_ENTRIES: '20' };
      await using cluster = await TestCluster.start(5, { voters: ['n1', 'n2', 'n3'], environment });
      for (let count = 1; count <= 50; count += 1) await cluster.write('n1', 'x', `value ${count}`);
      const token = { authorization: 'Bearer test-token' };
      const change = async (voters: readonly string[]): Promise<void> => {
        await until(`the voters are ${voters.join(', ')}`, async () => {
          const { body } = await cluster.call(await cluster.leader(), 'GET', '/membership');
          if (body.joint === null && String(body.voters) === String(voters)) return true;
          const headers = { ...token, 'if-match': `"${String(body.index)}"` };
          const target = { voters, learners: [] };
          const leader = await cluster.leader();
          const answer = await cluster.call(leader, 'PUT', '/membership', target, headers, 30_000);
          return answer.status === 200 && String(answer.body.voters) === String(voters);
        });
      };

      await cluster.start('n4');
      await change(['n1', 'n2', 'n3', 'n4']);
      expect((await cluster.status('n4'))?.snapshotsInstalled).toBe(1);
      await cluster.start('n5');
      const old = ['n1', 'n2', 'n3'];
      await change(['n4', 'n5']);
      await until('n4 or n5 leads', async () => ['n4', 'n5'].includes(await cluster.leader(old)));
      await Promise.all(old.map((id) => cluster.signal(id, 'SIGKILL')));
      expect(await cluster.read('n5', 'x')).toBe('value 50');
      await cluster.write('n4', 'x', 'after');

      const leader = await cluster.leader(old);
      const to = leader === 'n4' ? 'n5' : 'n4';
      expect((await cluster.call(leader, 'POST', '/leader', { to }, token)).status).toBe(200);
      expect(await cluster.leader(old)).toBe(to);
      expect(await cluster.read(leader, 'x')).toBe('after');
    },
    limitMs,
  );

  test(
    'have a new leader when the old one is told to stop, without a time-out',
    async () => {
      // Longer than any request waits for a leader.
      await using cluster = await TestCluster.start(3, { environment: { RAFT_ELECTION_MS: '3000-4000' } });
      const leader = await cluster.leader();
      const other = cluster.ids.find((id) => id !== leader) ?? '';
      await cluster.write(other, 'x', 'before');
      expect(await cluster.signal(leader, 'SIGTERM')).toBe(0);
      const write = await cluster.call(other, 'PUT', '/registers/x', { value: 'after' });
      expect(write.status).toBe(200);

      // One that is killed cannot hand over, and then the same write finds nobody.
      await cluster.start(leader);
      const next = await cluster.leader();
      await cluster.signal(next, 'SIGKILL');
      const witness = cluster.ids.find((id) => id !== next) ?? '';
      const late = await cluster.call(witness, 'PUT', '/registers/x', { value: 'late' });
      expect(late.status).not.toBe(200);
    },
    limitMs,
  );

  test.each(['off', 'on'])(
    'answer no stale read from a leader that slept, with leases %s',
    async (leases) => {
      await using cluster = await TestCluster.start(3, { environment: { RAFT_LEASE_READS: leases } });
      await cluster.write('n1', 'x', 'old');
      const sleeper = await cluster.leader();
      await cluster.signal(sleeper, 'SIGSTOP');
      const next = await cluster.leader([sleeper]);
      await cluster.write(next, 'x', 'new');
      // Asked before it can hear that it was replaced.
      const asked = Array.from({ length: 20 }, () => cluster.call(sleeper, 'GET', '/registers/x'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await cluster.signal(sleeper, 'SIGCONT');
      for (const { status, body } of await Promise.all(asked)) {
        expect([status, body.value]).toEqual(status === 200 ? [200, 'new'] : [503, undefined]);
      }
    },
    limitMs,
  );

  test(
    'promise nothing without a quorum, unless a rule is broken that is there for it',
    async () => {
      const alone = async (entry: string): Promise<{ read: number; write: number }> => {
        await using cluster = await TestCluster.start(3, { entry });
        await cluster.write('n1', 'x', 'before');
        const leader = await cluster.leader();
        for (const id of cluster.ids) if (id !== leader) await cluster.signal(id, 'SIGSTOP');
        const [read, write] = await Promise.all([
          cluster.call(leader, 'GET', '/registers/x'),
          cluster.call(leader, 'PUT', '/registers/x', { value: 'lonely' }),
        ]);
        return { read: read.status, write: write.status };
      };
      expect(await alone('main.ts')).toEqual({ read: 503, write: 504 });
      expect(await alone('mutants/stale-reads.ts')).toEqual({ read: 200, write: 504 });
      expect(await alone('mutants/early-ack.ts')).toEqual({ read: 503, write: 200 });
    },
    limitMs,
  );
});

describe('one node', () => {
  test(
    'stops when it is told to, and starts again where it was',
    async () => {
      await using cluster = await TestCluster.start(1);
      await cluster.write('n1', 'x', 'kept');
      expect(await cluster.signal('n1', 'SIGTERM')).toBe(0);
      await cluster.start('n1');
      expect(await cluster.read('n1', 'x')).toBe('kept');
    },
    limitMs,
  );

  test(
    'does not start in a directory that another one uses',
    async () => {
      await using cluster = await TestCluster.start(2, { voters: ['n1'] });
      expect(await ending(await cluster.spawn('n2', { RAFT_DATA: cluster.dataDirectory('n1') }))).toBe(1);
      expect(cluster.output('n2')).toMatch(/another process uses \S+\/n1\. Stop that one/);
      await cluster.write('n1', 'x', 'undisturbed');
    },
    limitMs,
  );

  test(
    'does not start on what it cannot trust, or does not understand',
    async () => {
      await using cluster = await TestCluster.start(1);
      await cluster.write('n1', 'x', 'acknowledged');
      await cluster.signal('n1', 'SIGKILL');
      const file = join(cluster.dataDirectory('n1'), 'log', '0000000001.log');
      const bytes = await readFile(file);
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(bytes.length - 40) ^ 1, bytes.length - 40);
      await writeFile(file, damaged);
      expect(await ending(await cluster.spawn('n1'))).toBe(1);
      expect(cluster.output('n1')).toMatch(/0000000001\.log, offset \d+: the checksum/);

      expect(await ending(await cluster.spawn('n1', { RAFT_HEARTBEAT_MS: 'soon' }))).toBe(64);
      expect(cluster.output('n1')).toContain('RAFT_HEARTBEAT_MS: expected milliseconds, saw "soon"');
    },
    limitMs,
  );
});
