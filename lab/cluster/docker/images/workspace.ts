import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A checkout is not nested deeper than this. */
const levelsMax = 8;

/** The checkout that holds `docker/`, or undefined where the lab was installed as a package and there is none. */
export function findWorkspace(from: string = import.meta.dirname): string | undefined {
  let directory = from;
  for (let level = 0; level < levelsMax; level++) {
    if (existsSync(join(directory, 'docker', 'node.Dockerfile'))) return directory;
    directory = dirname(directory);
  }
  return undefined;
}
