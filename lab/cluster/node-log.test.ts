import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeLog } from './node-log.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-log-test-'));
  path = join(directory, 'n1.log');
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index} ${'.'.repeat(90)}\n`).join('');

test('all that is printed goes to the file, over every life', async () => {
  for (const life of ['first', 'second']) {
    await using log = new NodeLog(path);
    log.write(Buffer.from(`${life}\n`));
  }
  expect(await readFile(path, 'utf8')).toBe('first\nsecond\n');
});

test('the tail is the last whole lines, however they were cut into chunks', async () => {
  await using log = new NodeLog(path);
  const printed = Buffer.from(lines(0, 2000));
  for (let at = 0; at < printed.length; at += 333) log.write(printed.subarray(at, at + 333));
  const tail = log.tail();
  expect(tail.length).toBeLessThanOrEqual(16 * 1024);
  expect(tail.length).toBeGreaterThan(15 * 1024);
  expect(printed.toString('utf8').endsWith(tail)).toBe(true);
  expect(tail).toMatch(/^line \d+ /);
});

test('the tail of one line without end is its end', async () => {
  await using log = new NodeLog(path);
  log.write(Buffer.from('x'.repeat(100_000)));
  expect(log.tail()).toBe('x'.repeat(16 * 1024));
});

test('a file that cannot be written costs nothing but the file', async () => {
  await using log = new NodeLog(join(directory, 'missing', 'n1.log'));
  log.write(Buffer.from('last words\n'));
  expect(log.tail()).toBe('last words\n');
});
