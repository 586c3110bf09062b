import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LabError } from '../../lab-error.ts';
import { moduleBeside } from '../../module-beside.ts';
import type { Charge, WatchdogMessage } from './charge.ts';

const startTimeoutMs = 10_000;

/** Takes a charge back, once what it names is gone by itself. */
export type Release = () => void;

/**
 * A child that outlives the lab by the moment it takes to clear away what the lab left behind: even `kill -9` closes the pipe between them. Disposing of it clears
 * away whatever was not released, and ends it.
 */
export class Watchdog implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #charges = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    // A watchdog that was killed leaves the run unguarded, which is no reason to end it.
    child.stdin?.on('error', () => undefined);
  }

  /**
   * Resolves once it watches, and ignores signals. Rejects with a `LabError('environment')`.
   *
   * @param environment is added to the watchdog's own, so that its run can be told.
   */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<Watchdog> {
    // Options that were meant for the lab's own process (a test runner's, a debugger's) are not passed on.
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [moduleBeside(import.meta.url, './main')], {
      // A session of its own: neither the terminal's Ctrl-C nor the end of the lab's process group reaches it.
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...inherited, ...environment },
    });
    try {
      await once(child.stdout, 'data', { signal: AbortSignal.timeout(startTimeoutMs) });
    } catch (error) {
      child.kill('SIGKILL');
      throw new LabError('environment', `the watchdog could not be started: ${String(error)}`, {
        cause: error,
      });
    }
    child.stdout.destroy();
    child.unref();
    return new Watchdog(child);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** From now on `charge` is cleared away when the lab ends. The line is in the pipe when this returns. */
  guard(charge: Charge): Release {
    const id = ++this.#charges;
    this.#send({ guard: charge, id });
    return () => this.#send({ release: id });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.ref();
    this.#child.stdin?.end();
    await this.#ended;
  }

  #send(message: WatchdogMessage): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}
