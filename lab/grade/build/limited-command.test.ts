import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasInEnvironment, livingProcesses } from '../../cluster/process/proc.ts';
import { buildLimits, limitedCommand, type Limits } from './limited-command.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-build-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const never = new AbortController().signal;
const build = (line: string, limits: Partial<Limits> = {}, signal: AbortSignal = never) =>
  limitedCommand(line, directory, { ...buildLimits, ...limits }, signal);

describe('a build', () => {
  test('that ends well leaves what it made, and what it printed is kept', async () => {
    const { problem, output } = await build('echo making; echo done > made');
    expect([problem, output]).toEqual([undefined, 'making\n']);
    expect(await readFile(join(directory, 'made'), 'utf8')).toBe('done\n');
  });

  test('that fails is told with its exit code and its last words', async () => {
    expect(await build('echo no such header >&2; exit 2')).toEqual({
      problem: 'it ended with exit code 2',
      output: 'no such header\n',
    });
  });

  test('sees nothing of the lab’s own variables', async () => {
    process.env.RAFT_LAB_SECRET = 'x';
    try {
      const { output } = await build('env');
      expect(output).toContain('PATH=');
      expect(output).not.toContain('RAFT_LAB_SECRET');
    } finally {
      delete process.env.RAFT_LAB_SECRET;
    }
  });
});

describe('a build that does not know its limits', () => {
  test('of time', async () => {
    const { problem } = await build('sleep 600', { timeMs: 200 });
    expect(problem).toBe('it did not end within 0.2 s');
  });

  test('of output', async () => {
    const { problem, output } = await build('while :; do echo more and more and more; done', {
      outputBytes: 100_000,
    });
    expect(problem).toMatch(/^it printed more than/);
    expect(output.length).toBeLessThan(20_000);
  });

  test('of memory', async () => {
    const eats = `node -e "const all = []; for (let i = 0; i < 600; i += 1) all.push(Buffer.alloc(1 << 20, 1)); console.log('ate it all')"`;
    expect((await build(eats)).output).toContain('ate it all');
    const { problem, output } = await build(eats, { memoryBytes: 300 * 2 ** 20 });
    expect(problem).toMatch(/^it (ended with exit code|was ended by)/);
    expect(output).not.toContain('ate it all');
  });

  test('of files', async () => {
    const { problem } = await build('head -c 3000000 /dev/zero > large', { fileBytes: 2 ** 20 });
    expect(problem).toMatch(/^it (ended with exit code|was ended by)/);
  });

  test('that is interrupted', async () => {
    const interrupt = new AbortController();
    const building = build('sleep 600', {}, interrupt.signal);
    interrupt.abort();
    expect((await building).problem).toBe('grading was interrupted');
  });
});

test('what a build leaves running is gone with it, even what left its process group', async () => {
  const mine = `left-behind-${process.pid}`;
  const { problem, output } = await build(`export LEFT=${mine}; sleep 600 & setsid sleep 600 & echo $!`);
  expect(problem).toBeUndefined();
  expect(output).toMatch(/^\d+\n$/);
  expect(livingProcesses().filter(({ pid }) => hasInEnvironment(pid, `LEFT=${mine}`))).toEqual([]);
});
