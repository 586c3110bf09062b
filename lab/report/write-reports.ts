/** Puts the reports of a run into its directory. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../lab-error.ts';
import type { Run } from '../verdict/property.ts';
import type { Judgement } from '../verdict/verdict.ts';
import { renderHtml } from './html.ts';
import { renderJunit } from './junit.ts';
import { renderResults, type Results } from './results.ts';
import type { RunInfo } from './run-info.ts';

/**
 * Writes `results.json`, `junit.xml` and `report.html`.
 * @throws LabError `store` where the directory cannot take them
 */
export async function writeReports(
  directory: string,
  judgement: Judgement,
  run: Run,
  info: RunInfo,
): Promise<Results> {
  const results = renderResults(judgement, run, info);
  const files = {
    'results.json': `${JSON.stringify(results, null, 2)}\n`,
    'junit.xml': renderJunit(judgement, results),
    'report.html': renderHtml(judgement, run, results, info),
  };
  try {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError(
      'store',
      `cannot write the report into ${directory}: ${reason}. Make room there; "raft-lab check" then writes it again from the history.`,
      { cause },
    );
  }
  return results;
}
