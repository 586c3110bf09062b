/** Each mutant does the wrong thing, where the reference node does the right one; those of the core's rules are seen in `core/rules.test.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { TestCluster, until } from '../testing/processes.ts';

const limitMs = 120_000;

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -3));

test('the README lists them all', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const listed = [...readme.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual(names.toSorted());
});

describe('one node', () => {
  const right = 'main.ts';

  test.each([
    [right, { swapped: true }],
    ['mutants/applies-twice.ts', { swapped: false, value: 'to' }],
  ])(
    '%s answers a request that is sent again',
    async (entry, expected) => {
      await using cluster = await TestCluster.start(1, { entry });
      const ask = () =>
        cluster.call(
          'n1',
          'POST',
          '/registers/x/cas',
          { from: null, to: 'to' },
          { 'idempotency-key': 'c/1' },
        );
      expect((await ask()).body).toEqual({ swapped: true });
      expect((await ask()).body).toEqual(expected);
    },
    limitMs,
  );

  test.each([
    [right, ''],
    ['mutants/empty-is-null.ts', null],
  ])(
    '%s reads the empty string that was written',
    async (entry, expected) => {
      await using cluster = await TestCluster.start(1, { entry });
      await cluster.write('n1', 'x', '');
      expect(await cluster.read('n1', 'x')).toBe(expected);
    },
    limitMs,
  );

  test.each([
    [right, 'kept'],
    ['mutants/empty-snapshots.ts', null],
  ])(
    '%s begins anew with its snapshot',
    async (entry, expected) => {
      await using cluster = await TestCluster.start(1, { entry });
      await cluster.write('n1', 'x', 'kept');
      const token = { authorization: 'Bearer test-token' };
      await cluster.call('n1', 'POST', '/snapshot', undefined, token);
      await until('it has compacted', async () => ((await cluster.status('n1'))?.snapshotIndex ?? 0) > 1);
      await cluster.signal('n1', 'SIGKILL');
      await cluster.start('n1');
      expect(await cluster.read('n1', 'x')).toBe(expected);
    },
    limitMs,
  );
});

test.each([
  ['main.ts', 504],
  ['mutants/denies-appended.ts', 503],
])(
  '%s without a quorum, asked to write',
  async (entry, expected) => {
    await using cluster = await TestCluster.start(3, { entry });
    const leader = await cluster.leader();
    for (const id of cluster.ids) if (id !== leader) await cluster.signal(id, 'SIGSTOP');
    expect((await cluster.call(leader, 'PUT', '/registers/x', { value: 'lonely' })).status).toBe(expected);
  },
  limitMs,
);
