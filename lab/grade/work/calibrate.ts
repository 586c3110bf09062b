import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../lab-error.ts';
import { historyFile } from '../../run/history-file.ts';
import { run } from '../../run/run.ts';
import { judge } from '../../verdict/verdict.ts';
import { calibrationOf, calibrationPlan, type Calibration } from './calibration.ts';
import { gradedClusterOptions } from './cluster-options.ts';
import type { Surroundings } from './node-under-test.ts';
import type { Task } from './task.ts';

const readyFactor = 4;

/** Runs the lab's own node. On a machine where that one breaks a promise, nobody can be graded. */
export async function calibrate(
  { cluster: wish, runDirectory }: Extract<Task, { kind: 'calibrate' }>,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Calibration | undefined> {
  const node = await surroundings.reference(wish);
  const nodeLogs = join(runDirectory, 'nodes');
  await rm(runDirectory, { recursive: true, force: true });
  await mkdir(nodeLogs, { recursive: true });
  const outcome = await run({
    plan: calibrationPlan,
    createCluster: node.create,
    clusterOptions: gradedClusterOptions(node, nodeLogs, { factor: readyFactor }),
    openHistory: (onFailure) => historyFile(join(runDirectory, 'history.jsonl'), onFailure),
    signal,
    keepGoing: true,
    onEvent: () => undefined,
  });
  await outcome.removed;
  if (outcome.interrupted) return undefined;
  if (outcome.failure !== undefined) throw outcome.failure;
  const judged = { plan: calibrationPlan, history: outcome.history };
  const broken = judge(judged).properties.find(
    ({ verdict, concern }) => verdict === 'fail' && concern === 'safety',
  );
  if (broken !== undefined)
    throw new LabError(
      'environment',
      `on this machine the lab's own node does not pass (${broken.name}: ${broken.evidence[0]?.summary ?? 'no evidence'}), so nobody can be graded here; the run is in ${runDirectory}.`,
    );
  return calibrationOf(judged, outcome.durationsMs.start);
}
