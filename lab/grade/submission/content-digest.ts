import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const digestLength = 16;
/** What tools leave in folders; it is not part of what was handed in. */
const notHandedIn: readonly string[] = ['.git', '__pycache__'];

/** Whether a path below a submission's folder belongs to it. */
export function isHandedIn(path: string): boolean {
  return !path.split(sep).some((name) => notHandedIn.includes(name));
}

/** Of every file below a directory: its path, whether it can be executed, and its content. Links count by where they point. */
export async function contentDigest(directory: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => ({ path: join(entry.parentPath, entry.name), isLink: entry.isSymbolicLink() }))
    .filter(({ path }) => isHandedIn(relative(directory, path)))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, isLink } of paths) {
    const content = isLink ? Buffer.from(await readlink(path)) : await readFile(path);
    const kind = isLink ? 'link' : ((await stat(path)).mode & 0o111) === 0 ? 'file' : 'program';
    hash.update(JSON.stringify([relative(directory, path), kind, content.length])).update(content);
  }
  return hash.digest('hex').slice(0, digestLength);
}
