import { writeFile } from 'node:fs/promises';
import { copySubmission } from '../build/copy-submission.ts';
import { buildLimits, limitedCommand } from '../build/limited-command.ts';
import { whyNotStarted } from '../build/try-command.ts';
import { noEvidence, plainOutcome, type Outcome } from '../jobs/job.ts';
import type { Submission } from '../submission/submission.ts';
import { LabError } from '../../lab-error.ts';
import { clusterOf, type NodeUnderTest, type Surroundings } from './node-under-test.ts';
import type { ClusterWish, Task } from './task.ts';

const linesShown = 25;

/** Copies the submission, builds it, and sees that there is something to start. Whatever is wrong with it is said, with the last that the build printed. */
export async function prepare(
  { submission, cluster: wish, workDirectory, logFile }: Extract<Task, { kind: 'prepare' }>,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Outcome> {
  const { manifest, directory, digest } = submission;
  if ('problem' in manifest) return plainOutcome('fail', 'raft-lab.json', manifest.problem);
  const cluster = clusterOf(manifest, wish);
  if (cluster === undefined)
    return plainOutcome(
      { undecided: 'lab' },
      'raft-lab.json',
      'It was to be graded in containers, and names neither an image nor a dockerfile.',
    );
  await copySubmission(directory, workDirectory);
  if (manifest.build !== undefined) {
    const { problem, output } = await limitedCommand(manifest.build, workDirectory, buildLimits, signal);
    await writeFile(logFile, output);
    if (problem !== undefined)
      return plainOutcome(
        'fail',
        'build',
        `It does not build: ${problem}, running ${manifest.build}`,
        lastLines(output),
      );
  }
  if (cluster === 'docker' && manifest.dockerfile !== undefined) {
    const { problem, output } = await surroundings.buildImage(
      workDirectory,
      manifest.dockerfile,
      digest,
      signal,
    );
    await writeFile(logFile, output);
    if (problem !== undefined)
      return plainOutcome('fail', 'build', `Its image does not build: ${problem}`, lastLines(output));
  }
  return tried(await chosen(submission, wish, workDirectory, surroundings), workDirectory);
}

/** The node, or what is wrong with how it was named. */
async function chosen(
  { manifest, digest }: Submission,
  wish: ClusterWish,
  workDirectory: string,
  surroundings: Surroundings,
): Promise<NodeUnderTest | string> {
  if ('problem' in manifest) return manifest.problem;
  try {
    return await surroundings.choose(manifest, wish, workDirectory, digest);
  } catch (error) {
    if (error instanceof LabError && error.code === 'usage') return error.message;
    throw error;
  }
}

async function tried(node: NodeUnderTest | string, workDirectory: string): Promise<Outcome> {
  if (typeof node === 'string') return plainOutcome('fail', 'raft-lab.json', node);
  const { source } = node;
  if (source.kind === 'command') {
    const problem = await whyNotStarted(source.argv, source.directory ?? workDirectory);
    if (problem !== undefined)
      return plainOutcome(
        'fail',
        'start',
        `Its command cannot be started: ${problem}, running ${source.argv.join(' ')}`,
      );
  }
  return { verdict: 'pass', ...noEvidence };
}

function lastLines(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-linesShown);
}
