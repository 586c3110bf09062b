/** `raft-lab sim` as a user meets it: a seed that fails says how to see it again, and that shows the same run in another process. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CampaignResult } from '../cluster/sim/campaign/campaign.ts';

const main = join(import.meta.dirname, 'main.ts');
const limitMs = 240_000;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-sim-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function raftLab(args: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=raft-lab:source', main, ...args],
      { cwd: directory },
      (_error, stdout, stderr) => resolve({ exitCode: child.exitCode ?? NaN, stdout, stderr }),
    );
  });
}

test(
  'a failing seed prints one line that shows the same run again, to the last event',
  async () => {
    const mutant = ['--mutant', 'commits-what-anyone-holds'];
    const campaign = await raftLab(['sim', '--seeds', '2', '--time', '12', '--rate', '40', ...mutant]);
    expect(campaign.exitCode).toBe(1);
    const { failures } = JSON.parse(
      await readFile(join(directory, 'store/sim-latest.json'), 'utf8'),
    ) as CampaignResult;
    const [failure] = failures;
    if (failure === undefined) throw new Error('no run failed');
    const { seed, property, message, traceHash, replay } = failure;
    expect(replay).toBe(`raft-lab sim --seed ${seed} --mutant commits-what-anyone-holds --time 12 --rate 40`);
    expect(campaign.stderr).toContain(`${replay}\n`);

    const again = await raftLab(replay.split(' ').slice(1));
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain(`seed ${seed}, trace ${traceHash}: ${property}: ${message}\n`);
  },
  limitMs,
);

test(
  'a seed that passes is the same run in any process',
  async () => {
    const args = ['sim', '--seed', '3', '--time', '12', '--rate', '40'];
    const [once, again] = await Promise.all([raftLab(args), raftLab(args)]);
    expect(once.exitCode).toBe(0);
    expect(once.stderr).toMatch(/seed 3, trace [0-9a-f]{16}: pass\n/);
    expect(again.stderr).toBe(once.stderr);
  },
  limitMs,
);
