import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from '../jobs/job.ts';
import { judgeItem } from '../judging/judge-item.ts';
import { writeReports } from '../../report/write-reports.ts';
import { historyFile } from '../../run/history-file.ts';
import { run } from '../../run/run.ts';
import { judge } from '../../verdict/verdict.ts';
import { widenedPlan } from './calibration.ts';
import { gradedClusterOptions } from './cluster-options.ts';
import type { Surroundings } from './node-under-test.ts';
import type { Task } from './task.ts';

/** Runs one plan with one seed and judges it for its part. Resolves with undefined when it was told to stop. */
export async function runPlan(
  task: Extract<Task, { kind: 'plan' }>,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { submission, cluster: wish, workDirectory, widening, runDirectory, runName, judgedBy } = task;
  if ('problem' in submission.manifest) throw new TypeError('there is nothing to run');
  const node = await surroundings.choose(submission.manifest, wish, workDirectory, submission.digest);
  const plan = widenedPlan(task.plan, widening);
  const nodeLogs = join(runDirectory, 'nodes');
  await rm(runDirectory, { recursive: true, force: true });
  await mkdir(nodeLogs, { recursive: true });
  await writeFile(join(runDirectory, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`);
  await node.keepRecord(runDirectory);
  const outcome = await run({
    plan,
    createCluster: node.create,
    clusterOptions: gradedClusterOptions(node, nodeLogs, widening),
    openHistory: (onFailure) => historyFile(join(runDirectory, 'history.jsonl'), onFailure),
    signal,
    // Where reads are another part's matter, a wrong one must not hide what comes after it.
    keepGoing: !judgedBy.includes('linearizable'),
    onEvent: () => undefined,
  });
  await outcome.removed;
  if (outcome.interrupted) return undefined;
  const beganMs = performance.now();
  const judged = { plan, history: outcome.history };
  const judgement = judge(judged);
  const replay = `${surroundings.command} replay ${runDirectory}`;
  await writeReports(runDirectory, judgement, judged, {
    runId: runName,
    cluster: node.kind,
    node: node.name,
    directory: runDirectory,
    command: surroundings.command,
    replay,
    durationsMs: { ...outcome.durationsMs, check: Math.round(performance.now() - beganMs) },
  });
  const result = judgeItem(judged, judgement, judgedBy, { run: runName, replay });
  if (result.verdict === 'pass' && result.remarks.length === 0) await keepLittle(runDirectory);
  return result;
}

/** Of a run that passed nobody needs the history: its plan and its results say what it was. */
async function keepLittle(runDirectory: string): Promise<void> {
  for (const name of ['history.jsonl', 'nodes', 'report.html'])
    await rm(join(runDirectory, name), { recursive: true, force: true });
}
