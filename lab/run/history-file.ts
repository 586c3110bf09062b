import { createWriteStream } from 'node:fs';
import { LabError } from '../lab-error.ts';
import type { HistorySink } from './recorder.ts';

/**
 * A history on disk, one JSON object a line.
 * @param onFailure called once, when the disk does not take a line; what was written before stays
 */
export function historyFile(path: string, onFailure: (error: LabError) => void): HistorySink {
  const stream = createWriteStream(path, { flags: 'wx' });
  let failure: LabError | undefined;
  stream.on('error', (cause) => {
    failure ??= new LabError(
      'store',
      `cannot write ${path}: ${cause.message}. The history up to there is kept; make room or choose another --out.`,
      { cause },
    );
    onFailure(failure);
  });
  return {
    append(line) {
      if (failure === undefined) stream.write(`${line}\n`);
    },
    async close() {
      if (failure === undefined) {
        await new Promise<void>((resolve) => {
          stream.once('error', () => resolve());
          stream.end(resolve);
        });
      }
      if (failure !== undefined) throw failure;
    },
  };
}
