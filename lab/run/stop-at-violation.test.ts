/** A run ends where its history can no longer be right, and what it stored says so again. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkRegisters } from '@raft-lab/workloads';
import type { HistoryEvent } from '../history/history.ts';
import { isClientEvent } from '../history/operations.ts';

const main = join(import.meta.dirname, '../cli/main.ts');
const loneNode = join(import.meta.dirname, '../cli/testdata/lone-node.mjs');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-stop-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function raftLab(...args: string[]): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--conditions=raft-lab:source', main, ...args], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.on('close', (exitCode) => resolve({ exitCode, stdout }));
  });
}

/** A node that answers every read with null after its first fifty writes. */
const stale = (store: string, seconds: number, ...more: string[]) =>
  raftLab(
    ...['test', '--cmd', `${process.execPath} ${loneNode}`, '--env', 'LONE_NODE=reads-are-stale'],
    ...['--nodes', '1', '--nemesis', 'none', '--rate', '200', '--seed', '1'],
    ...['--time', String(seconds), '--out', store, ...more],
  );

async function history(store: string): Promise<HistoryEvent[]> {
  const text = await readFile(join(directory, store, 'latest', 'history.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as HistoryEvent);
}

const phases = (events: readonly HistoryEvent[]) =>
  events.flatMap((event) => (event.process === 'observer' && event.f === 'phase' ? [event.value] : []));

describe('a run whose history has no order any more', () => {
  test('stops at the answer that broke it, fails, and is judged the same from the store', async () => {
    // Were it not stopped, it would run for ten minutes, which no test may.
    const { exitCode, stdout } = await stale('stopped', 600);
    expect(exitCode).toBe(1);
    const line = Number(/stopped at line (\d+) of its history/.exec(stdout.replaceAll(/\s+/g, ' '))?.[1]);
    const events = await history('stopped');
    expect(phases(events)).toEqual(['start', 'faults', 'heal', 'stop']);
    const until = (end: number) => checkRegisters(events.slice(0, end).filter(isClientEvent)).verdict;
    expect([until(line), until(line + 1)]).toEqual(['linearizable', 'illegal']);

    const results = JSON.parse(
      await readFile(join(directory, 'stopped/latest/results.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect(results).toMatchObject({ verdict: 'fail', exitCode: 1 });
    const again = await raftLab('check', 'stopped/latest', '--json');
    expect(again.exitCode).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'fail', properties: results.properties });
  }, 90_000);

  test('goes on to the end of its plan with --keep-going', async () => {
    const { exitCode, stdout } = await stale('kept', 2, '--keep-going');
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain('was stopped at line');
    expect(phases(await history('kept'))).toEqual([
      'start',
      'faults',
      'heal',
      'recover',
      'final-reads',
      'stop',
    ]);
  }, 90_000);
});
