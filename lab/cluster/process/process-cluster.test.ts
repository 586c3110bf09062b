import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeCluster } from '../cluster.conformance.ts';
import { createProcessCluster } from './process-cluster.ts';
import { livingProcesses } from './proc.ts';

const echoNode = fileURLToPath(new URL('../testdata/echo-node.mjs', import.meta.url));

/** The run's directory, its nodes (by their data directory), and the lab's helpers for it. */
function leftovers(runId: string): string[] {
  const directory = join(tmpdir(), `raft-lab-${runId}`);
  const processes = livingProcesses()
    .map(({ pid }) => ({ pid, environment: environmentOf(pid) }))
    .filter(({ environment }) =>
      environment.some(
        (variable) => variable === `RAFT_LAB_RUN=${runId}` || variable.startsWith(`RAFT_DATA=${directory}/`),
      ),
    )
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

describeCluster('process', {
  create: createProcessCluster,
  source: { kind: 'command', argv: [process.execPath, echoNode] },
  leftovers: (runId) => Promise.resolve(leftovers(runId)),
});
