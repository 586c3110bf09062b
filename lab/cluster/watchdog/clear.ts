import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, resolve, sep } from 'node:path';
import { killGroup, signalGroup } from '../process/process-group.ts';
import { hasInEnvironment, livingProcesses, readStat } from '../process/proc.ts';
import type { Charge } from './charge.ts';

const commandTimeoutMs = 30_000;
/** Times that processes with the mark are looked for: one may fork while it is being killed. */
const sweepsMax = 20;

/**
 * Clears everything away: first what runs, then directories, which the running might still write to. One failure does not hold up the rest; resolves with what failed.
 */
export async function clear(charges: readonly Charge[]): Promise<Error[]> {
  const directories = charges.filter(({ kind }) => kind === 'directory');
  const others = charges.filter(({ kind }) => kind !== 'directory');
  const outcomes = [
    ...(await Promise.allSettled(others.map(clearOne))),
    ...(await Promise.allSettled(directories.map(clearOne))),
  ];
  return outcomes.flatMap((outcome) =>
    outcome.status === 'rejected'
      ? [outcome.reason instanceof Error ? outcome.reason : new Error(String(outcome.reason))]
      : [],
  );
}

async function clearOne(charge: Charge): Promise<void> {
  switch (charge.kind) {
    case 'process-group':
      // A pid alone is not enough: it may have been given to a stranger since.
      if (readStat(charge.pid)?.startTime === charge.startTime) await killGroup(charge);
      return;
    case 'environment':
      return killMarked(charge.variable);
    case 'directory':
      return removeDirectory(charge.path);
    case 'command':
      return run(charge.argv);
  }
}

/** Kills what carries the mark, however it left its group. */
export async function killMarked(variable: string): Promise<void> {
  for (let sweep = 0; sweep < sweepsMax; sweep++) {
    const marked = livingProcesses().filter(
      ({ pid }) => pid !== process.pid && hasInEnvironment(pid, variable),
    );
    if (marked.length === 0) return;
    for (const { pid } of marked) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function removeDirectory(path: string): Promise<void> {
  const absolute = resolve(path);
  if (!absolute.startsWith(tmpdir() + sep) || !basename(absolute).startsWith('raft-lab-')) {
    throw new Error(`refused to remove ${path}: it is no directory of a run below ${tmpdir()}`);
  }
  await rm(absolute, { recursive: true, force: true, maxRetries: 5 });
}

async function run([program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) signalGroup({ pid: child.pid, startTime: 0 }, 'SIGKILL');
  }, commandTimeoutMs);
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`${[program, ...args].join(' ')} ended with ${code ?? signal}`));
      });
    });
  } finally {
    clearTimeout(timer);
  }
}
