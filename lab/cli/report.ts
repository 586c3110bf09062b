/** The last step of every command that judges a run: verdict, files, last screen, exit code. */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { LabError } from '../lab-error.ts';
import { renderResults, type Results } from '../report/results.ts';
import type { RunInfo } from '../report/run-info.ts';
import { renderSummary } from '../report/summary.ts';
import { writeReports } from '../report/write-reports.ts';
import { labCommand } from './lab-command.ts';
import type { Run } from '../verdict/property.ts';
import { judge, type Judgement } from '../verdict/verdict.ts';

export interface ReportOptions {
  /** Print `results.json` instead of the last screen. */
  readonly json: boolean;
  readonly info: Omit<RunInfo, 'durationsMs'> & {
    readonly durationsMs: Omit<RunInfo['durationsMs'], 'check'>;
  };
}

/** Judges a run, writes its reports beside its history, says what came of it, and returns the exit code. */
export async function report(run: Run, { json, info }: ReportOptions): Promise<number> {
  const beganMs = performance.now();
  const judgement = judge(run);
  const durationsMs = { ...info.durationsMs, check: Math.round(performance.now() - beganMs) };
  const results = await writeOrSay(judgement, run, { ...info, durationsMs });
  const { columns, isTTY } = process.stdout;
  process.stdout.write(
    json
      ? `${JSON.stringify(results, null, 2)}\n`
      : renderSummary(
          judgement,
          results,
          { ...info, durationsMs },
          { colour: isTTY, ...(isTTY ? { columns } : {}) },
        ),
  );
  return judgement.exitCode;
}

/** The verdict does not depend on the disk: where it is full, the last screen is all there is, and says so. */
async function writeOrSay(judgement: Judgement, run: Run, info: RunInfo): Promise<Results> {
  try {
    return await writeReports(info.directory, judgement, run, info);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`raft-lab: ${error.message}\n`);
    return renderResults(judgement, run, info);
  }
}

const storedResults = z.looseObject({
  run: z.string(),
  cluster: z.enum(['docker', 'process', 'sim']),
  node: z.string(),
  durationsMs: z.object({ start: z.number(), run: z.number() }),
  replay: z.string().nullable().default(null),
});

/** What an earlier report of a stored run said about it beside its history; a run that was killed has none. */
export async function storedInfo(directory: string): Promise<ReportOptions['info']> {
  const text = await readFile(join(directory, 'results.json'), 'utf8').catch(() => '{}');
  const stored = storedResults.safeParse(JSON.parse(text || '{}'));
  if (!stored.success) {
    const runId = basename(resolve(directory));
    return {
      runId,
      cluster: 'process',
      node: 'unknown',
      directory,
      command: labCommand,
      durationsMs: { start: 0, run: 0 },
    };
  }
  const { run: runId, cluster, node, durationsMs, replay } = stored.data;
  const again = replay === null ? {} : { replay };
  return { runId, cluster, node, directory, command: labCommand, durationsMs, ...again };
}
