import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processGroupOf } from '../process/process-group.ts';
import { livingProcesses, readStat } from '../process/proc.ts';
import { eventually } from '../testdata/eventually.ts';
import { leftoversOf } from '../testdata/leftovers.ts';
import { clear } from './clear.ts';
import { Watchdog } from './watchdog.ts';

const doomedLab = fileURLToPath(new URL('../testdata/doomed-lab.ts', import.meta.url));

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'raft-lab-watchdog-test-'));
});
afterEach(async () => {
  await rm(scratch, { recursive: true, force: true });
});

describe('when the lab is killed', () => {
  const runId = `doomed-${process.pid}`;

  const startDoomedLab = async (): Promise<ChildProcess & { pid: number }> => {
    const lab = spawn(process.execPath, [doomedLab, runId, scratch], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH },
    });
    await once(lab.stdout, 'data');
    // Two nodes, two that left their groups, the proxy, the watchdog, and the directory.
    expect(leftoversOf(runId)).toHaveLength(7);
    if (lab.pid === undefined) throw new Error('the doomed lab was not started');
    return Object.assign(lab, { pid: lab.pid });
  };

  test('by kill -9, nothing of it is left', async () => {
    const { pid } = await startDoomedLab();
    process.kill(pid, 'SIGKILL');
    await eventually(() => expect(leftoversOf(runId)).toEqual([]));
  }, 60_000);

  test('with its whole process group, nothing of it is left', async () => {
    const { pid } = await startDoomedLab();
    process.kill(-pid, 'SIGKILL');
    await eventually(() => expect(leftoversOf(runId)).toEqual([]));
  }, 60_000);
});

describe('a watchdog', () => {
  test('clears away what was guarded and not released, when the pipe closes', async () => {
    const kept = join(scratch, 'raft-lab-kept');
    const removed = join(scratch, 'raft-lab-removed');
    const trace = join(scratch, 'trace');
    await mkdir(kept);
    await mkdir(join(removed, 'below'), { recursive: true });
    {
      await using watchdog = await Watchdog.start();
      const release = watchdog.guard({ kind: 'directory', path: kept });
      watchdog.guard({ kind: 'directory', path: removed });
      watchdog.guard({ kind: 'command', argv: ['/bin/sh', '-c', `echo ran > ${trace}`] });
      release();
    }
    expect(existsSync(kept)).toBe(true);
    expect(existsSync(removed)).toBe(false);
    expect(await readFile(trace, 'utf8')).toBe('ran\n');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('lives on after %s', async (signal) => {
    const directory = join(scratch, 'raft-lab-signalled');
    await mkdir(directory);
    const watchdog = await Watchdog.start();
    watchdog.guard({ kind: 'directory', path: directory });
    const { pid } = watchdog;
    if (pid === undefined) throw new Error('the watchdog was not started');
    await eventually(async () => {
      // Its handlers are in place: the kernel lists the signals that a process catches.
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      const caught = BigInt(`0x${/SigCgt:\s*(\w+)/.exec(status)?.[1] ?? '0'}`);
      const number = { SIGHUP: 1n, SIGINT: 2n, SIGTERM: 15n }[signal];
      expect(caught & (1n << (number - 1n))).not.toBe(0n);
    });
    process.kill(pid, signal);
    expect(existsSync(directory)).toBe(true);
    await watchdog[Symbol.asyncDispose]();
    expect(existsSync(directory)).toBe(false);
  });
});

describe('clearing away', () => {
  const sleeper = async (variable?: string): Promise<number> => {
    const [name = '', value = ''] = variable?.split('=') ?? [];
    const env = variable === undefined ? {} : { [name]: value };
    const child = spawn('/bin/sleep', ['600'], { detached: true, stdio: 'ignore', env });
    await once(child, 'spawn');
    return child.pid ?? 0;
  };
  const lives = (pid: number) => livingProcesses().some((process) => process.pid === pid);

  test('kills a process group, and not one that has only got its number', async () => {
    const pid = await sleeper();
    const group = processGroupOf(pid);
    const stranger = { kind: 'process-group', ...group, startTime: group.startTime - 1 } as const;
    expect(await clear([stranger])).toEqual([]);
    expect(lives(pid)).toBe(true);
    expect(await clear([{ kind: 'process-group', ...group }])).toEqual([]);
    expect(lives(pid)).toBe(false);
  });

  test('kills what carries the mark, and nothing else', async () => {
    const marked = await sleeper('RAFT_LAB_MARK=mine');
    const other = await sleeper('RAFT_LAB_MARK=mine-not');
    await clear([{ kind: 'environment', variable: 'RAFT_LAB_MARK=mine' }]);
    expect([lives(marked), lives(other)]).toEqual([false, true]);
    await clear([{ kind: 'process-group', pid: other, startTime: readStat(other)?.startTime ?? 0 }]);
  });

  test('refuses directories that are not a run’s, and goes on', async () => {
    const precious = join(scratch, 'precious');
    const own = join(scratch, 'raft-lab-own');
    await mkdir(precious);
    await mkdir(own);
    await writeFile(join(own, 'file'), 'content');
    const failures = await clear([
      { kind: 'directory', path: precious },
      { kind: 'directory', path: join(own, '..', '..', '..', 'etc', 'raft-lab-x') },
      { kind: 'command', argv: ['/bin/false'] },
      { kind: 'command', argv: ['/no/such/program'] },
      { kind: 'directory', path: own },
    ]);
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringContaining('/bin/false ended with 1'),
      expect.stringContaining('/no/such/program'),
      expect.stringContaining('refused to remove'),
      expect.stringContaining('refused to remove'),
    ]);
    expect(existsSync(precious)).toBe(true);
    expect(existsSync(own)).toBe(false);
  });
});
