import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usage } from './options.ts';

/** Where the package of the reference node lies. The lab starts it as it would start anybody's, and never imports it. */
export const referenceNodeDirectory = dirname(fileURLToPath(import.meta.resolve('@raft-lab/node')));

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** The names of the wrong nodes that `--mutant` can start: one broken rule each. */
export function mutantNames(): string[] {
  const directory = join(referenceNodeDirectory, 'mutants');
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter(
      (file) => file.endsWith(extension) && !file.endsWith(`.test${extension}`) && !file.endsWith('.d.ts'),
    )
    .map((file) => file.slice(0, -extension.length))
    .sort();
}

/** The entry of the reference node, or of one of its mutants, relative to its package. */
export function referenceEntry(mutant: string | undefined): string {
  if (mutant === undefined) return `main${extension}`;
  const names = mutantNames();
  if (!names.includes(mutant))
    throw usage(`There is no mutant "${mutant}". --mutant takes one of: ${names.join(', ')}.`);
  return `mutants/${mutant}${extension}`;
}

/** The flags Node needs to run the node's entry: from source in a checkout, none from an installed package. */
export const referenceFlags: readonly string[] = extension === '.ts' ? ['--conditions=raft-lab:source'] : [];
