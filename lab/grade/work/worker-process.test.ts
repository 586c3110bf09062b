import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { submission } from '../../grade/testdata/small-class.ts';
import type { Task } from './task.ts';
import { WorkerProcess } from './worker-process.ts';

const entry = join(import.meta.dirname, 'testdata/frail-worker.mjs');
const about = { submission: submission(), cluster: 'process', workDirectory: '/none' } as const;
const widening = { factor: 1, says: '' };
const breaksDown: Task = { kind: 'prepare', logFile: '/none', ...about };
const answers: Task = { kind: 'contract', widening, ...about };
const isSilent: Task = { kind: 'calibrate', cluster: 'process', runDirectory: '/none' };

test('a worker that breaks down has failed, and the next task finds another one', async () => {
  await using worker = new WorkerProcess(entry);
  const first = await worker.do(answers);
  expect(await worker.do(breaksDown)).toEqual({
    kind: 'failed',
    message: 'the worker ended with exit code 7',
  });
  const second = await worker.do(answers);
  expect(first).toMatchObject({ kind: 'failed', message: expect.stringMatching(/^pid/) });
  expect(second).toMatchObject({ kind: 'failed', message: expect.stringMatching(/^pid/) });
  expect(second).not.toEqual(first);
});

test('a worker is told to stop, and ends when it is not needed any more', async () => {
  let pid = 0;
  {
    await using worker = new WorkerProcess(entry);
    const said = await worker.do(answers);
    pid = said.kind === 'failed' ? Number(said.message.replace('pid ', '')) : 0;
    const silent = worker.do(isSilent);
    worker.stop();
    expect(await silent).toEqual({ kind: 'stopped' });
    expect(() => process.kill(pid, 0)).not.toThrow();
  }
  expect(() => process.kill(pid, 0)).toThrow();
});
