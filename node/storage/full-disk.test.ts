/** A node whose disk has no room: it says so, goes on reading, and writes again when there is room. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { TestCluster, until } from '../testing/processes.ts';

const limitMs = 120_000;
const canMount = process.platform === 'linux' && process.getuid?.() === 0;
if (!canMount) console.warn('SKIPPED: a full disk is made by mounting a small file system, which needs root');

async function smallDisk(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'raft-lab-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path]);
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      execFileSync('umount', [path]);
      await rm(path, { recursive: true });
    },
  };
}

/** Takes all the room that is left. */
async function fill(path: string): Promise<void> {
  await using file = await open(path, 'w');
  for (let bytes = 2 ** 16; bytes > 0;) {
    try {
      await file.appendFile(Buffer.alloc(bytes, 1));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      bytes = Math.floor(bytes / 2);
    }
  }
}

describe('a node on a full disk', () => {
  (canMount ? test : test.skip)(
    'refuses writes with 503 out-of-space, answers reads, and takes writes again when there is room',
    async () => {
      await using disk = await smallDisk();
      await using cluster = await TestCluster.start(1, { environment: { RAFT_DATA: disk.path } });
      await cluster.write('n1', 'x', 'before');
      const ballast = join(disk.path, 'ballast');
      await fill(ballast);

      // Those that were begun before the disk was found full are of unknown outcome; then they are refused.
      const value = 'v'.repeat(8_192);
      await until('writes are refused', async () => {
        const { status, body } = await cluster.try('n1', 'PUT', '/registers/y', { value });
        return status === 503 && body.type === 'out-of-space';
      });
      const read = await cluster.call('n1', 'GET', '/registers/x');
      expect(read).toEqual({ status: 200, body: { value: 'before' } });
      expect((await cluster.status('n1'))?.role).toBe('leader');

      await rm(ballast);
      await cluster.write('n1', 'x', 'after');
      await cluster.signal('n1', 'SIGKILL');
      await cluster.start('n1');
      expect(await cluster.read('n1', 'x')).toBe('after');
    },
    limitMs,
  );
});
