import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { LabError } from '../../lab-error.ts';
import { LocatedDocument } from '../../plan/located-document.ts';
import { contentDigest } from './content-digest.ts';
import { manifestSchema, type Submission } from './submission.ts';

const manifestName = 'raft-lab.json';

/**
 * Every folder of a class is a submission, in the order of their names; a folder that has a `raft-lab.json` itself is a class of one.
 * @param out where grades are kept; it may lie among the submissions, and in none of them
 * @throws LabError `usage` where there is nothing to grade
 */
export async function findSubmissions(directory: string, out: string): Promise<readonly Submission[]> {
  const found = await foundIn(directory, resolve(out));
  const around = found.find((one) => !relative(one.directory, resolve(out)).startsWith('..'));
  if (around !== undefined)
    throw new LabError(
      'usage',
      `${out} lies in the submission ${around.id}; name another place for the grades with --out.`,
    );
  return found;
}

async function foundIn(directory: string, out: string): Promise<readonly Submission[]> {
  if (await exists(join(directory, manifestName))) return [await readSubmission(resolve(directory))];
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('usage', `cannot read the submissions in ${directory}: ${reason}`, { cause });
  });
  const named = entries
    .filter(({ name }) => !name.startsWith('.'))
    .map(({ name }) => resolve(directory, name))
    .filter((path) => path !== out);
  const folders = (await Promise.all(named.map(async (path) => ((await isDirectory(path)) ? [path] : []))))
    .flat()
    .toSorted();
  if (folders.length === 0)
    throw new LabError(
      'usage',
      `${directory} holds no submissions: expected folders, each with a ${manifestName} (docs/grading.md).`,
    );
  return Promise.all(folders.map(readSubmission));
}

/** A link to a folder is as good as the folder. */
async function readSubmission(path: string): Promise<Submission> {
  const id = basename(path);
  const directory = await realpath(path);
  const digest = await contentDigest(directory);
  return { id, directory, digest, manifest: await readManifest(join(directory, manifestName)) };
}

/** A mistake in it is its author's, and is graded like one: it must not keep the rest of the class from being graded. */
async function readManifest(file: string): Promise<Submission['manifest']> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { problem: `there is no ${manifestName} in the folder` };
  const document = new LocatedDocument(text);
  const parsed = manifestSchema.safeParse(document.broken === undefined ? document.toJS() : undefined);
  if (parsed.success) return parsed.data;
  const problems =
    document.broken === undefined
      ? parsed.error.issues.map((issue) => document.problemOf(issue))
      : [document.broken];
  return {
    problem: problems
      .map(({ line, message }) => `${manifestName}${line === undefined ? '' : `:${line}`}: ${message}`)
      .join('\n'),
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
