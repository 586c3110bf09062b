import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../../lab-error.ts';
import type { NodeLog } from '../node-log.ts';
import { killGroup, processGroupOf, signalGroup, stopGroup, type ProcessGroup } from './process-group.ts';

/** What the contract gives a node between SIGTERM and SIGKILL. */
const stopTimeoutMs = 5000;
/** The last output comes after the end; a descendant that still holds the pipe must not hold up the news. */
const lastOutputTimeoutMs = 500;

export interface LifeEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface LifeOptions {
  readonly argv: readonly [string, ...string[]];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: NodeLog;
}

/** A node's process, with a group of its own, from its start to its end. */
export class NodeLife {
  readonly group: ProcessGroup;
  /** Resolves when the process has ended, nothing of its group lives, and its last output is in the log. */
  readonly ended: Promise<LifeEnd>;
  /** The lab has sent, or is about to send, the signal that ends it. */
  endedByLab = false;
  /** `GET /status` has answered 200. */
  wasReady = false;

  private constructor(child: ChildProcess, pid: number) {
    this.group = processGroupOf(pid);
    this.ended = endOf(child, this.group);
  }

  /** Rejects with a `LabError('usage')` when there is no such program. */
  static async begin({ argv, directory, environment, log }: LifeOptions): Promise<NodeLife> {
    const [program, ...args] = argv;
    const child = spawn(program, args, {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => log.write(chunk));
      stream.on('error', () => undefined);
    }
    const { pid } = child;
    if (pid !== undefined) return new NodeLife(child, pid);
    const error = await new Promise<Error>((resolve) => child.once('error', resolve));
    throw new LabError(
      'usage',
      `cannot run ${JSON.stringify(program)} in ${directory}: ${error.message}; check the command and its path`,
      { cause: error },
    );
  }

  /** SIGKILL to the group; resolves when nothing of it lives. */
  async kill(): Promise<LifeEnd> {
    this.endedByLab = true;
    await killGroup(this.group);
    return this.ended;
  }

  /** SIGTERM to the group, and SIGKILL when it has not ended 5 s later. */
  async stop(): Promise<LifeEnd> {
    this.endedByLab = true;
    signalGroup(this.group, 'SIGTERM');
    // A paused node takes SIGTERM only when it runs again.
    signalGroup(this.group, 'SIGCONT');
    const limit = new AbortController();
    const timeout = sleep(stopTimeoutMs, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([this.ended, timeout]);
    limit.abort();
    return this.kill();
  }

  async pause(): Promise<void> {
    await stopGroup(this.group);
  }

  resume(): void {
    signalGroup(this.group, 'SIGCONT');
  }
}

async function endOf(child: ChildProcess, group: ProcessGroup): Promise<LifeEnd> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  const end = await new Promise<LifeEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // What the process left running in its group would hold its ports and its pipes.
  await killGroup(group);
  await Promise.race([closed, sleep(lastOutputTimeoutMs, undefined, { ref: false })]);
  return end;
}
