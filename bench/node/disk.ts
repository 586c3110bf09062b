/** What the disk itself can do: one small record appended and flushed at a time, which no write of one client can undercut. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { quantile } from './statistics.ts';

const flushes = 200;
const recordBytes = 200;

export interface DiskFigures {
  readonly flushP50Ms: number;
  readonly flushP99Ms: number;
}

export function measureDisk(directory: string): DiskFigures {
  const path = join(directory, 'flushes');
  const file = openSync(path, 'w');
  const record = Buffer.alloc(recordBytes, 1);
  const times = Float64Array.from({ length: flushes }, () => {
    const begun = performance.now();
    writeSync(file, record);
    fdatasyncSync(file);
    return performance.now() - begun;
  }).sort();
  closeSync(file);
  rmSync(path);
  return { flushP50Ms: quantile(times, 0.5), flushP99Ms: quantile(times, 0.99) };
}
