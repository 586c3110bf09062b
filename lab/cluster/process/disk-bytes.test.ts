import { expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskBytesOf } from './disk-bytes.ts';

test('counts files at any depth, in what they take on disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'raft-lab-disk-test-'));
  try {
    expect(await diskBytesOf(directory)).toBe(0);
    await mkdir(join(directory, 'snapshots'));
    await writeFile(join(directory, 'log'), Buffer.alloc(100_000, 1));
    await writeFile(join(directory, 'snapshots', '1'), Buffer.alloc(50_000, 1));
    const bytes = await diskBytesOf(directory);
    expect(bytes).toBeGreaterThanOrEqual(150_000);
    // Whole blocks of at most 64 KiB.
    expect(bytes).toBeLessThan(150_000 + 2 * 65_536);
  } finally {
    await rm(directory, { recursive: true });
  }
  expect(await diskBytesOf(directory)).toBe(0);
});
