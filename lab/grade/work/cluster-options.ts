import { randomBytes } from 'node:crypto';
import type { RunSettings } from '../../run/run.ts';
import type { NodeUnderTest } from './node-under-test.ts';
import type { Widening } from './calibration.ts';

const readyTimeoutMs = 10_000;

/** What every cluster of a grading has in common. */
export function gradedClusterOptions(
  { source }: NodeUnderTest,
  logDirectory: string,
  { factor }: Pick<Widening, 'factor'>,
): RunSettings['clusterOptions'] {
  return {
    runId: `grade-${process.pid}-${randomBytes(4).toString('hex')}`,
    source,
    logDirectory,
    env: {},
    readyTimeoutMs: readyTimeoutMs * factor,
  };
}
