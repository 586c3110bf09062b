/** What goes into the reference node's image: its sources, and the packages it needs to run, without tests and types. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

/** More packages than this below the reference node would be a mistake. */
const packagesMax = 500;

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

export interface NodeFiles {
  /** Relative to the checkout, sorted. */
  readonly sources: readonly string[];
  readonly packageFiles: readonly string[];
  /** `name@version` of each package, sorted: they say what `packageFiles` hold. */
  readonly packages: readonly string[];
}

export async function listNodeFiles(workspace: string): Promise<NodeFiles> {
  const node = join(workspace, 'node');
  const sources = await listFiles(node, isSource);
  const directories = await packageClosure(workspace, node);
  const packageFiles = await Promise.all(
    [...directories.keys()].map((directory) => listFiles(directory, isNeededAtRunTime)),
  );
  const named = (files: readonly string[]): string[] => files.map((file) => relative(workspace, file)).sort();
  return {
    sources: named(sources),
    packageFiles: named(packageFiles.flat()),
    packages: [...directories.values()].sort(),
  };
}

const isSource = (file: string): boolean =>
  !/\.(test|conformance)\.ts$|(^|\/)(testdata|dist|node_modules)\//.test(file);

const isNeededAtRunTime = (file: string): boolean =>
  !/\.(ts|cts|mts|map|md)$|(^|\/)node_modules\//.test(file);

/** The directories of the packages that `root` needs at run time, each found where Node would find it, with their names. */
async function packageClosure(workspace: string, root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const open = [root];
  for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
    if (found.size > packagesMax) throw new Error(`more than ${packagesMax} packages below ${root}`);
    const manifest = await readManifest(directory);
    for (const name of Object.keys(manifest.dependencies)) {
      const dependency = resolvePackage(workspace, directory, name);
      if (found.has(dependency)) continue;
      const { version } = await readManifest(dependency);
      found.set(dependency, `${name}@${version}`);
      open.push(dependency);
    }
  }
  return found;
}

async function readManifest(directory: string): Promise<z.infer<typeof manifestSchema>> {
  return manifestSchema.parse(JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')));
}

function resolvePackage(workspace: string, from: string, name: string): string {
  for (let directory = from; directory.startsWith(workspace); directory = dirname(directory)) {
    const candidate = join(directory, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
  }
  throw new Error(`the package ${name}, needed by ${from}, is not installed; run npm ci`);
}

async function listFiles(directory: string, wanted: (file: string) => boolean): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => wanted(relative(directory, file)));
}
