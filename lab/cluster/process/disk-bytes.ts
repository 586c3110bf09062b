import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** `st_blocks` counts these, whatever the file system's own block is. */
const blockBytes = 512;

/** Bytes that the files of a directory take on disk. Files that vanish while it is read count nothing. */
export async function diskBytesOf(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => {
      try {
        const stat = await lstat(join(directory, name));
        return stat.isFile() ? stat.blocks * blockBytes : 0;
      } catch {
        return 0;
      }
    }),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
