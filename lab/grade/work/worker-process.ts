import { fork, type ChildProcess } from 'node:child_process';
import type { Answer, Task } from './task.ts';

/** How long a task may take in all: every step of every task has a limit of its own, and this one only makes sure. */
const taskTimeoutMs = 30 * 60_000;
/** A worker that is told to stop ends its run in good order first. */
const stopTimeoutMs = 30_000;

/** The lab's side: a worker that is started when there is something to do, and again after it broke down. */
export class WorkerProcess implements AsyncDisposable {
  readonly #entry: string;
  #child: ChildProcess | undefined;

  /** @param entry the module of the worker's process */
  constructor(entry: string) {
    this.#entry = entry;
  }

  /** Never rejects: a worker that breaks down has failed like any other part of the lab. */
  async do(task: Task): Promise<Answer> {
    const child = this.#child ?? this.#start();
    const over = new AbortController();
    const once = { signal: over.signal };
    const answer = await new Promise<Answer>((resolve) => {
      const onMessage = (message: unknown) => resolve(message as Answer);
      const onExit = (code: number | null, signal: string | null) => {
        this.#child = undefined;
        resolve({
          kind: 'failed',
          message: `the worker ended with ${signal ?? `exit code ${code ?? 'unknown'}`}`,
        });
      };
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        resolve({ kind: 'failed', message: `a task did not end within ${taskTimeoutMs / 60_000} minutes` });
      }, taskTimeoutMs);
      child.once('message', onMessage);
      child.once('exit', onExit);
      once.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
      });
      child.send(task, (error) => {
        if (error !== null)
          resolve({ kind: 'failed', message: `the worker cannot be reached: ${error.message}` });
      });
    });
    over.abort();
    return answer;
  }

  /** The task under way is given up. */
  stop(): void {
    this.#child?.send('stop', () => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(timer);
  }

  #start(): ChildProcess {
    // Flags that were meant for the lab's own process (a test runner's, a debugger's) are not passed on.
    const { NODE_OPTIONS: _, ...environment } = process.env;
    const execArgv = this.#entry.endsWith('.ts') ? ['--conditions=raft-lab:source'] : [];
    const child = fork(this.#entry, [], { execArgv, env: environment });
    child.on('error', () => undefined);
    this.#child = child;
    return child;
  }
}
