import { join } from 'node:path';
import type { Command } from 'commander';
import { grade } from '../grade/grade.ts';
import { readRubric } from '../grade/rubric/read-rubric.ts';
import { rubricPoints } from '../grade/rubric/rubric.ts';
import type { Grade } from '../grade/score/grade.ts';
import { findSubmissions } from '../grade/submission/find-submissions.ts';
import { moduleBeside } from '../module-beside.ts';
import { interruptSignal } from './interrupt.ts';
import { wholeNumber } from '../setup/options.ts';

interface GradeCommandOptions {
  readonly rubric: string;
  readonly out: string;
  readonly jobs: number;
  readonly cluster: 'process' | 'docker';
}

const defaultRubric = join(import.meta.dirname, '../grade/rubrics/default.yaml');
/** A run keeps about two thirds of a core busy (docs/grading.md). */
const defaultJobs = 2;
const undecidedExitCode = 3;
const interruptedExitCode = 4;

export function addGradeCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('grade')
    .description('grade a folder of submissions by a rubric, with evidence for every point that is lost')
    .argument('<submissions>', 'a folder of folders, each with a raft-lab.json (docs/grading.md)')
    .option('--rubric <file>', 'what earns points', defaultRubric)
    .option('--out <directory>', 'where grades are kept; the same again goes on where it stopped', 'grades')
    .option(
      '-j, --jobs <count>',
      'submissions that are graded at the same time',
      wholeNumber('--jobs', 1, 64),
      defaultJobs,
    )
    .addOption(
      program
        .createOption('--cluster <kind>', 'where nodes run that can run in both')
        .choices(['process', 'docker'])
        .default('process'),
    )
    .action(async (directory: string, options: GradeCommandOptions) =>
      finish(await gradeClass(directory, options)),
    );
}

async function gradeClass(directory: string, options: GradeCommandOptions): Promise<number> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const rubric = await readRubric(options.rubric);
  const submissions = await findSubmissions(directory, options.out);
  say(
    `${rubric.title}: ${rubricPoints(rubric)} points, ${submissions.length} submissions, ${options.jobs} at a time, into ${options.out}`,
  );
  using interrupt = interruptSignal(say);
  const grades = await grade({
    submissions,
    rubric,
    out: options.out,
    workers: Math.min(options.jobs, submissions.length),
    cluster: options.cluster,
    workerEntry: moduleBeside(import.meta.url, './grade-worker/main'),
    signal: interrupt.signal,
    say,
  });
  if (interrupt.signal.aborted) {
    say(`Interrupted. The same command goes on where it stopped; what is graded is in ${options.out}.`);
    return interruptedExitCode;
  }
  process.stdout.write(`${summary(grades, options.out)}\n`);
  return grades.some(({ points, maximum }) => maximum < points) ? undecidedExitCode : 0;
}

function summary(grades: readonly Grade[], out: string): string {
  const width = Math.max(...grades.map(({ name }) => name.length));
  return [
    ...grades.map(({ name, earned, maximum, points, parts }) => {
      const lost = parts.filter((part) => part.earned < part.maximum).map((part) => part.name);
      const open = maximum < points ? `, ${points - maximum} not graded` : '';
      return `${name.padEnd(width)}  ${String(earned).padStart(5)} of ${maximum}${open}${lost.length === 0 ? '' : `   lost in ${lost.join(', ')}`}`;
    }),
    '',
    `The class: ${join(out, 'index.html')}`,
  ].join('\n');
}
