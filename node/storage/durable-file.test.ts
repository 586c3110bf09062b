import { constants } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DurableFile } from './durable-file.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-file-'));
  path = join(directory, 'file');
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('a new file is empty whatever was there, an existing one keeps what it has', async () => {
  await writeFile(path, 'earlier');
  const existing = await DurableFile.open(path, 'existing');
  await existing.write(Buffer.from('L'), 2);
  await existing.truncate(5);
  await existing.sync();
  await existing.close();
  expect(await readFile(path, 'utf8')).toBe('eaLli');
  const begun = await DurableFile.open(path, 'new');
  await begun.write(Buffer.from('new'), 0);
  await begun.close();
  expect(await readFile(path, 'utf8')).toBe('new');
});

test('an existing file has to be there', async () => {
  await expect(DurableFile.open(path, 'existing')).rejects.toMatchObject({ code: 'ENOENT' });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux.each(['existing', 'new'] as const)('the system flushes each write of an %s file', async (state) => {
  await writeFile(path, '');
  const file = await DurableFile.open(path, state);
  const flags: number[] = [];
  for (const descriptor of await readdir('/proc/self/fd')) {
    const target = await readlink(`/proc/self/fd/${descriptor}`).catch(() => '');
    if (target !== path) continue;
    const about = await readFile(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    flags.push(Number.parseInt(/^flags:\s*(\d+)$/m.exec(about)?.[1] ?? '', 8));
  }
  await file.close();
  expect(flags.map((each) => each & constants.O_DSYNC)).toEqual([constants.O_DSYNC]);
});
