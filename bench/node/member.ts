/** A process of a cluster under measurement: started here, killed by its own id. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface MemberOptions {
  readonly command: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly logFile: string;
}

const lastLines = 10;

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

  /** SIGKILL; resolves when the process is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
