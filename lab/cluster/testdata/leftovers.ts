import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livingProcesses } from '../process/proc.ts';

/** What is on this machine of a run in processes: its directory, its nodes (told by their data directory), and the lab's helpers for it. */
export function leftoversOf(runId: string): string[] {
  const directory = join(tmpdir(), `raft-lab-${runId}`);
  const isOfRun = (variable: string) =>
    variable === `RAFT_LAB_RUN=${runId}` || variable.startsWith(`RAFT_DATA=${directory}/`);
  const processes = livingProcesses()
    .filter(({ pid }) => environmentOf(pid).some(isOfRun))
    .map(({ pid }) => `process ${pid}`);
  return existsSync(directory) ? [directory, ...processes] : processes;
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return [];
  }
}
