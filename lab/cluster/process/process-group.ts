import { setTimeout as sleep } from 'node:timers/promises';
import { livingProcesses, readStat } from './proc.ts';

/** How long the kernel may take to carry out a signal that cannot be refused. */
const signalTimeoutMs = 5000;
const pollIntervalMs = 5;

/** A process that leads a group of its own, and everything it started that stayed in the group. */
export interface ProcessGroup {
  readonly pid: number;
  readonly startTime: number;
}

/** @param pid of a child that was just spawned detached. */
export function processGroupOf(pid: number): ProcessGroup {
  return { pid, startTime: readStat(pid)?.startTime ?? 0 };
}

/** Sends a signal to every process of the group; false when none is left. */
export function signalGroup({ pid }: ProcessGroup, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** SIGKILL; resolves when no process of the group lives any more. Works on a stopped group too. */
export async function killGroup(group: ProcessGroup): Promise<void> {
  await until(`process group ${group.pid} ends after SIGKILL`, () => {
    // Sent every time: a process that was being forked at the first signal escapes it.
    return !signalGroup(group, 'SIGKILL') || membersOf(group).length === 0;
  });
}

/** SIGSTOP; resolves when no process of the group runs any more. */
export async function stopGroup(group: ProcessGroup): Promise<void> {
  signalGroup(group, 'SIGSTOP');
  await until(`process group ${group.pid} stops after SIGSTOP`, () =>
    membersOf(group).every(({ state }) => state === 'T' || state === 't'),
  );
}

function membersOf({ pid }: ProcessGroup): ReturnType<typeof livingProcesses> {
  return livingProcesses().filter(({ processGroup }) => processGroup === pid);
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + signalTimeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${signalTimeoutMs} ms in vain until ${what}`);
    await sleep(pollIntervalMs);
  }
}
