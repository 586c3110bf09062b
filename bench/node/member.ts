/** A process of a cluster under measurement: started here, killed by its own id. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

export interface MemberOptions {
  readonly command: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly logFile: string;
}

const lastLines = 10;
/** How long a process may take to end by itself. */
const stopLimitMs = 5_000;
/** Of Linux's `/proc/PID/stat`: the fields after the command's name, and the unit of its times. */
const [userTimeField, systemTimeField] = [11, 12];
const msPerClockTick = 10;

export class Member implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #logFile: string;

  constructor({ command, argv, environment, logFile }: MemberOptions) {
    const log = openSync(logFile, 'a');
    this.#logFile = logFile;
    this.#child = spawn(command, argv, {
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, ...environment },
    });
    closeSync(log);
    // A bench that ends in whatever way it still can takes its processes with it.
    const kill = (): boolean => this.#child.kill('SIGKILL');
    process.once('exit', kill);
    this.#ended = once(this.#child, 'exit').finally(() => process.off('exit', kill));
    this.#ended.catch(() => undefined);
  }

  /** @throws Error with the end of its output when it does not run. */
  assertRuns(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) return;
    const output = readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-lastLines).join('\n');
    throw new Error(
      `${this.#child.spawnfile} ended with ${this.#child.exitCode ?? this.#child.signalCode}. It said:\n${output}`,
    );
  }

  /** The processor time that it has used so far, in milliseconds; 0 where the system does not tell. */
  async cpuMs(): Promise<number> {
    const stat = await readFile(`/proc/${this.#child.pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[userTimeField] ?? 0) + Number(fields[systemTimeField] ?? 0)) * msPerClockTick;
  }

  /** Its resident memory; NaN where the system does not tell. */
  async memoryBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8').catch(() => '');
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? NaN) * 1_024;
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM, and SIGKILL when that does not end it soon: a profiler writes its file at an orderly end. */
  async [Symbol.asyncDispose](): Promise<void> {
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), stopLimitMs);
    await this.#end('SIGTERM');
    clearTimeout(limit);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill(signal);
    await this.#ended;
  }
}
