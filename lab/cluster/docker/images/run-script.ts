import { type ChildProcess, spawn } from 'node:child_process';
import { LabError } from '../../../lab-error.ts';

/** Compiling Toxiproxy with a cold cache takes half a minute on two cores; slow lines and slow machines get ten. */
const scriptLimitMs = 600_000;
/** How much of a script's complaints is kept for the message. */
const complaintBytesMax = 2_000;

/**
 * Runs one of the scripts in `docker/offline`, giving its standard output to `consume`. Resolves when both have ended well;
 * rejects with `LabError('image')` and the script's last words when it failed.
 */
export async function runScript(
  script: string,
  parameters: readonly string[],
  consume: (output: NodeJS.ReadableStream) => Promise<void>,
): Promise<void> {
  const child = spawn(script, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(scriptLimitMs),
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-complaintBytesMax);
  });
  const [ended, consumed] = await Promise.allSettled([exitOf(child), consume(child.stdout)]);
  if (ended.status === 'rejected' || ended.value !== 0) {
    const how = ended.status === 'rejected' ? String(ended.reason) : `exit ${ended.value ?? 'by a signal'}`;
    throw new LabError('image', `${script} ${parameters.join(' ')} failed (${how}): ${complaint.trim()}`);
  }
  if (consumed.status === 'rejected') throw consumed.reason;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}
