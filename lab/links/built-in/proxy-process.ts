import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { LabError } from '../../lab-error.ts';
import { moduleBeside } from '../../module-beside.ts';
import { callTimeoutMs } from '../toxiproxy-client.ts';

const startTimeoutMs = 10_000;

/** Bytes of one proxy, per direction, since it was made. */
export interface ProxyTraffic {
  readonly upstream: { readonly receivedBytes: number; readonly sentBytes: number };
  readonly downstream: { readonly receivedBytes: number; readonly sentBytes: number };
  readonly openConnections: number;
}

/** Our proxy, running in a process and a process group of its own: a lab that is busy, or stopped, slows no link down. */
export class ProxyProcess implements AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess, pid: number, url: string) {
    this.#child = child;
    this.#ended =
      child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : Promise.resolve();
    this.pid = pid;
    this.url = url;
  }

  /**
   * Resolves when the API answers at 127.0.0.1; port 0 means any. Rejects with a `LabError('links')` when it does not come up.
   *
   * @param environment is added to the process's own, so that its run can be told.
   */
  static async start(
    port: number,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ProxyProcess> {
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [moduleBeside(import.meta.url, './main'), `127.0.0.1:${port}`], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...inherited, ...environment },
    });
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaints = `${complaints}${chunk.toString('utf8')}`.slice(-2000);
    });
    child.stdin.on('error', () => undefined);
    try {
      const limit = AbortSignal.timeout(startTimeoutMs);
      const ended = once(child, 'exit', { signal: limit }).then(() => {
        throw new Error('it ended');
      });
      const lines = createInterface({ input: child.stdout });
      const [line] = (await Promise.race([once(lines, 'line', { signal: limit }), ended])) as [string];
      const { listening } = JSON.parse(line) as { listening: string };
      return new ProxyProcess(child, child.pid ?? 0, `http://${listening}`);
    } catch (error) {
      child.kill('SIGKILL');
      throw new LabError('links', `the links' proxy did not come up: ${String(error)} ${complaints}`.trim(), {
        cause: error,
      });
    }
  }

  /** By the names of the proxies. */
  async traffic(): Promise<ReadonlyMap<string, ProxyTraffic>> {
    try {
      const response = await fetch(`${this.url}/traffic`, { signal: AbortSignal.timeout(callTimeoutMs) });
      return new Map(Object.entries((await response.json()) as Record<string, ProxyTraffic>));
    } catch (error) {
      throw new LabError('links', `the links' proxy does not tell its traffic: ${String(error)}`, {
        cause: error,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The proxy ends with its standard input; SIGKILL needs nothing of it.
    this.#child.stdin?.end();
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
