/** The lines of a file, read piece by piece. */
import { closeSync, openSync, readSync } from 'node:fs';

const bytesAtOnce = 1 << 16;

export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(bytesAtOnce);
    let begun = '';
    for (let count = readSync(file, bytes); count > 0; count = readSync(file, bytes)) {
      // Whole numbers and blanks: a byte is a character.
      const lines = (begun + bytes.toString('latin1', 0, count)).split('\n');
      begun = lines.pop() ?? '';
      yield* lines;
    }
    if (begun !== '') yield begun;
  } finally {
    closeSync(file);
  }
}
