import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { isHandedIn } from '../submission/content-digest.ts';

/** Copies a submission to where it is built and run, so that its own folder stays as it was handed in. */
export async function copySubmission(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(dirname(to), { recursive: true });
  const half = `${to}.half`;
  await rm(half, { recursive: true, force: true });
  await cp(from, half, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => isHandedIn(relative(from, path)),
  });
  await rename(half, to);
}
