/** Runs a submission's build: somebody else's commands, with limits on time, processor time, memory, files and output, and nothing of them left afterwards. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { killGroup, processGroupOf } from '../../cluster/process/process-group.ts';
import { killMarked } from '../../cluster/watchdog/clear.ts';
import { Watchdog } from '../../cluster/watchdog/watchdog.ts';

export interface Limits {
  readonly timeMs: number;
  /** Of each process: what it may write to, not what it may map, of which some languages reserve terabytes. */
  readonly memoryBytes: number;
  /** Of each file that is written. */
  readonly fileBytes: number;
  /** Of all that is printed. */
  readonly outputBytes: number;
}

export const buildLimits: Limits = {
  timeMs: 300_000,
  memoryBytes: 3 * 2 ** 30,
  fileBytes: 2 ** 30,
  outputBytes: 16 * 2 ** 20,
};

export interface CommandEnd {
  /** Why it did not succeed, or undefined where it did. */
  readonly problem: string | undefined;
  /** The last that it printed. */
  readonly output: string;
}

const outputKeptCharacters = 16_384;
const kibibyte = 1_024;
const fileBlockBytes = 512;

/** `ulimit` is the one thing that every shell on every machine has; what it starts inherits the limits. */
const limitedShell =
  'ulimit -d "$1" && ulimit -f "$2" && ulimit -t "$3" && ulimit -c 0 && shift 3 && exec /bin/sh -c "$1"';

/** @param line is run by `sh` in `directory`, with the environment of the lab without the lab's own variables. */
export async function limitedCommand(
  line: string,
  directory: string,
  limits: Limits,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const mark = `RAFT_LAB_BUILD=${randomBytes(16).toString('hex')}`;
  const [name = '', value = ''] = mark.split('=');
  await using watchdog = await Watchdog.start();
  watchdog.guard({ kind: 'environment', variable: mark });
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(
      ([variable]) => !/^(RAFT_|NODE_OPTIONS$|NODE_CHANNEL_)/.test(variable),
    ),
  );
  const numbers = [
    limits.memoryBytes / kibibyte,
    limits.fileBytes / fileBlockBytes,
    // Processor time is a backstop: processes that left the group and sleep are found by their mark.
    (2 * limits.timeMs) / 1_000,
  ].map((limit) => String(Math.ceil(limit)));
  const child = spawn('/bin/sh', ['-c', limitedShell, 'sh', ...numbers, line], {
    cwd: directory,
    env: { ...environment, [name]: value },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let printed = 0;
  const over = new AbortController();
  const take = (chunk: Buffer): void => {
    printed += chunk.length;
    output = (output + chunk.toString()).slice(-outputKeptCharacters);
    if (printed > limits.outputBytes) over.abort(`it printed more than ${limits.outputBytes / 2 ** 20} MiB`);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const group = child.pid === undefined ? undefined : processGroupOf(child.pid);
  const timer = setTimeout(
    () => over.abort(`it did not end within ${limits.timeMs / 1_000} s`),
    limits.timeMs,
  );
  const interrupt = () => over.abort('grading was interrupted');
  signal.addEventListener('abort', interrupt);
  if (signal.aborted) interrupt();
  const problem = await Promise.race([endOf(child), reasonOf(over.signal)]);
  clearTimeout(timer);
  signal.removeEventListener('abort', interrupt);
  if (group !== undefined) await killGroup(group);
  await killMarked(mark);
  return { problem, output };
}

function endOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, by) => {
      if (code === 0) resolve(undefined);
      else resolve(by === null ? `it ended with exit code ${code}` : `it was ended by ${by}`);
    });
  });
}

function reasonOf(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const tell = () => resolve(String(signal.reason));
    signal.addEventListener('abort', tell);
    if (signal.aborted) tell();
  });
}
