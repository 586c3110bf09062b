import { spawn } from 'node:child_process';
import { killGroup, processGroupOf } from '../../cluster/process/process-group.ts';

/** Why a command cannot be started at all (there is no such program, it is not executable), or undefined where it can. It does not live to do anything. */
export async function whyNotStarted(
  [program, ...args]: readonly [string, ...string[]],
  directory: string,
): Promise<string | undefined> {
  const child = spawn(program, args, {
    cwd: directory,
    env: { PATH: process.env.PATH },
    detached: true,
    stdio: 'ignore',
  });
  if (child.pid !== undefined) {
    await killGroup(processGroupOf(child.pid));
    return undefined;
  }
  return new Promise((resolve) => child.once('error', (error) => resolve(error.message)));
}
