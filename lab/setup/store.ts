import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LabError } from '../lab-error.ts';
import type { Plan } from '../plan/plan.ts';

/** One run's place in the store. */
export interface RunDirectory {
  /** `<time>-<name>`; unique on the host, since the process id is part of it where two runs begin in the same second. */
  readonly runId: string;
  readonly path: string;
  readonly nodeLogs: string;
  readonly historyFile: string;
}

/** Makes `<store>/<time>-<name>/` with the plan in it, and points `<store>/latest` at it. */
export async function createRunDirectory(
  store: string,
  name: string,
  plan: Plan,
  now: Date,
): Promise<RunDirectory> {
  const stamp = now
    .toISOString()
    .replaceAll(/[-:]/g, '')
    .replace(/\.\d+Z$/, '');
  try {
    await mkdir(store, { recursive: true });
    const runId = await makeUnique(store, `${stamp}-${name}`);
    const path = resolve(store, runId);
    const nodeLogs = join(path, 'nodes');
    await mkdir(nodeLogs);
    await keepPlan(path, plan);
    // A link is replaced by renaming over it, so that `latest` is never missing.
    const link = join(store, `.latest-${process.pid}`);
    await rm(link, { force: true });
    await symlink(runId, link);
    await rename(link, join(store, 'latest'));
    return { runId, path, nodeLogs, historyFile: join(path, 'history.jsonl') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError(
      'store',
      `cannot keep the run in ${store}: ${reason}. Make room, or name another place with --out.`,
      { cause },
    );
  }
}

export async function keepPlan(path: string, plan: Plan): Promise<void> {
  await writeFile(join(path, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`);
}

/** How many runs of one process may begin in the same second. */
const sameSecondMax = 100;

async function makeUnique(store: string, wanted: string): Promise<string> {
  for (let n = 0; ; n += 1) {
    const name = [wanted, ...(n > 0 ? [process.pid] : []), ...(n > 1 ? [n] : [])].join('-');
    try {
      await mkdir(join(store, name));
      return name;
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!taken || n === sameSecondMax) throw error;
    }
  }
}
