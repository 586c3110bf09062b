import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError } from './lab-error.ts';

/**
 * Replaces a file whole, so that whoever reads it never sees half of it; its folder is made where it is missing. Rejects with `LabError('store')`, which
 * names the file, the reason and the `advice`, a sentence.
 */
export async function replaceFile(
  file: string,
  text: string,
  advice = 'Make room, or name another place with --out.',
): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('store', `cannot write ${file}: ${reason}. ${advice}`, { cause });
  }
}
