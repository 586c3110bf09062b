import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEngine } from '../engine.ts';
import { describeWithEngine } from '../test-engine.ts';
import { hasImage } from './pull-image.ts';
import { buildSubmissionImage } from './submission-image.ts';

const containerCases = await describeWithEngine();

containerCases('the image of a submission', (echoImage) => {
  let directory: string;
  const made: string[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raft-lab-image-'));
    await writeFile(join(directory, 'node.txt'), 'a node');
  });
  afterAll(async () => {
    for (const tag of made) await openEngine().getImage(tag).remove();
    await rm(directory, { recursive: true, force: true });
  });

  async function build(dockerfile: string, signal = new AbortController().signal) {
    const tag = `raft-lab/submission-test:${randomBytes(6).toString('hex')}`;
    await writeFile(join(directory, 'Dockerfile'), dockerfile);
    return { tag, ...(await buildSubmissionImage({ directory, dockerfile: 'Dockerfile', tag, signal })) };
  }

  test('is built from its folder, and is there', async () => {
    const { tag, problem, output } = await build(`FROM ${echoImage}\nCOPY node.txt /node.txt\n`);
    expect(problem).toBeUndefined();
    made.push(tag);
    expect(output).toContain('COPY node.txt');
    expect(await hasImage(openEngine(), tag)).toBe(true);
  }, 120_000);

  test('that cannot be built is told with what the builder said', async () => {
    const { tag, problem, output } = await build(`FROM ${echoImage}\nCOPY missing.txt /node.txt\n`);
    expect(problem).toContain('missing.txt');
    expect(output).toContain('COPY missing.txt');
    expect(await hasImage(openEngine(), tag)).toBe(false);
  }, 120_000);

  test('is given up when grading is interrupted', async () => {
    const interrupt = new AbortController();
    interrupt.abort();
    const { problem } = await build(`FROM ${echoImage}\nCOPY node.txt /other.txt\n`, interrupt.signal);
    expect(problem).toBeDefined();
  }, 120_000);
});
