import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockDirectory } from './directory-lock.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

const onLinux = process.platform === 'linux' ? test : test.skip;

describe('the lock of a data directory', () => {
  onLinux('is held by one at a time, under whatever name the directory is called', async () => {
    const first = await lockDirectory(directory);
    const again = lockDirectory(join(directory, '..', directory.split('/').at(-1) ?? ''));
    await expect(again).rejects.toMatchObject({ code: 'in-use' });
    await expect(lockDirectory(directory)).rejects.toThrow(/another process uses .* Stop that one/);
    await first[Symbol.asyncDispose]();
    await (await lockDirectory(directory))[Symbol.asyncDispose]();
  });

  test('needs a directory', async () => {
    await expect(lockDirectory(join(directory, 'missing'))).rejects.toThrow(/expected an existing directory/);
  });
});
