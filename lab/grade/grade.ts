/**
 * `raft-lab grade`: a class of submissions against a rubric. Workers do the jobs; the journal keeps what is done; after every job the outputs are written anew
 * from the journal.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../lab-error.ts';
import { jobKey, plainOutcome, type Job, type Outcome } from './jobs/job.ts';
import { Journal } from './jobs/journal.ts';
import { nextJob } from './jobs/next-job.ts';
import { lockOutput } from './lock-output.ts';
import { Outputs, type ClassInfo } from './outputs/outputs.ts';
import type { Rubric } from './rubric/rubric.ts';
import { gradeOf, type Grade } from './score/grade.ts';
import { nameOf, type Submission } from './submission/submission.ts';
import { wideningFor, type Calibration, type Widening } from './work/calibration.ts';
import type { ClusterWish, Task } from './work/task.ts';
import { WorkerProcess } from './work/worker-process.ts';

export interface GradeOptions {
  readonly submissions: readonly Submission[];
  readonly rubric: Rubric;
  readonly out: string;
  /** Submissions that are graded at the same time. */
  readonly workers: number;
  readonly cluster: ClusterWish;
  /** The module of a worker's process. */
  readonly workerEntry: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** A worker that broke down while it calibrated is tried again so often. */
const calibrationsMax = 3;

/** @throws LabError where the outputs cannot be written, or the lab's own node does not pass on this machine */
export async function grade(options: GradeOptions): Promise<readonly Grade[]> {
  const { rubric, out, workers, cluster, signal } = options;
  await mkdir(out, { recursive: true });
  await using cleanup = new AsyncDisposableStack();
  cleanup.use(await lockOutput(out));
  const journal = cleanup.use(
    await Journal.open(join(out, 'journal.jsonl'), { rubric: rubric.digest, cluster, workers }),
  );
  const pool = Array.from({ length: workers }, () => cleanup.use(new WorkerProcess(options.workerEntry)));
  const stop = () => pool.forEach((worker) => worker.stop());
  signal.addEventListener('abort', stop);
  cleanup.defer(() => signal.removeEventListener('abort', stop));

  const calibrations = journal.calibrations ?? (await calibrateAll(pool, options));
  if (calibrations === undefined) return [];
  if (journal.calibrations === undefined) await journal.calibrated(calibrations);
  const widening = wideningFor(calibrations);
  options.say(widening.says);
  // Awaited here: what is used must not be cleared away before.
  return await new Grading(options, journal, widening).run(pool);
}

/** All workers at once, as they will be while they grade. Undefined when it was interrupted. */
async function calibrateAll(
  pool: readonly WorkerProcess[],
  { cluster, out, signal, say }: GradeOptions,
): Promise<Calibration[] | undefined> {
  say(`Calibrating: the lab's own node runs ${pool.length === 1 ? 'once' : `${pool.length} times at once`}.`);
  const calibrations = await Promise.all(
    pool.map(async (worker, at) => {
      for (let attempt = 1; ; attempt += 1) {
        const runDirectory = join(out, 'calibration', String(at + 1));
        const answer = await worker.do({ kind: 'calibrate', cluster, runDirectory });
        if (answer.kind === 'calibration') return answer.calibration;
        if (answer.kind === 'failed' && attempt >= calibrationsMax)
          throw new LabError('environment', `the machine could not be calibrated: ${answer.message}`);
        if (signal.aborted) return undefined;
      }
    }),
  );
  const all = calibrations.filter((one) => one !== undefined);
  return all.length === pool.length ? all : undefined;
}

class Grading {
  readonly #options: GradeOptions;
  readonly #journal: Journal;
  readonly #widening: Widening;
  readonly #outputs: Outputs;

  constructor(options: GradeOptions, journal: Journal, widening: Widening) {
    this.#options = options;
    this.#journal = journal;
    this.#widening = widening;
    const { cluster, workers, rubric } = options;
    const info: ClassInfo = { title: rubric.title, cluster, workers, widening: widening.says };
    this.#outputs = new Outputs(options.out, info);
  }

  async run(pool: readonly WorkerProcess[]): Promise<readonly Grade[]> {
    const waiting = [...this.#options.submissions];
    await this.#write();
    await Promise.all(
      pool.map(async (worker) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
          await this.#gradeOne(next, worker);
      }),
    );
    await this.#write();
    return this.#grades();
  }

  async #gradeOne(submission: Submission, worker: WorkerProcess): Promise<void> {
    const { rubric, signal, say } = this.#options;
    const interrupted = () => signal.aborted;
    await this.#restore(submission, worker);
    while (!interrupted()) {
      const job = nextJob(rubric, submission, this.#journal.progressOf(submission));
      if (job === undefined) break;
      const beganMs = performance.now();
      const answer = await worker.do(await this.#task(submission, job));
      if (answer.kind === 'stopped') return;
      const outcome =
        answer.kind === 'outcome'
          ? answer.outcome
          : plainOutcome(
              { undecided: 'lab' },
              'lab',
              answer.kind === 'failed' ? answer.message : 'a worker did something else',
            );
      const ms = performance.now() - beganMs;
      // A worker that ends because everything ends has not failed.
      if (answer.kind === 'failed' && interrupted()) return;
      await this.#journal.done(submission, jobKey(job), outcome, ms);
      say(`${submission.id}  ${jobKey(job)}: ${inWords(outcome)} (${(ms / 1_000).toFixed(1)} s)`);
      await this.#write();
    }
    if (interrupted()) return;
    const { earned, maximum } = gradeOf(rubric, submission, this.#journal.progressOf(submission));
    say(`${submission.id}  graded: ${nameOf(submission)} has ${earned} of ${maximum} points`);
  }

  /** What was built by an earlier call may be gone since; it is built again, and graded only once. */
  async #restore(submission: Submission, worker: WorkerProcess): Promise<void> {
    const progress = this.#journal.progressOf(submission);
    const isBuilt = progress.get('prepare')?.outcome.verdict === 'pass';
    if (!isBuilt || nextJob(this.#options.rubric, submission, progress) === undefined) return;
    const task = await this.#task(submission, { kind: 'prepare' });
    if (task.kind !== 'prepare' || existsSync(task.workDirectory)) return;
    await worker.do(task);
  }

  async #task(submission: Submission, job: Job): Promise<Task> {
    const { out, cluster, rubric } = this.#options;
    const { id, digest } = submission;
    const mine = join('submissions', id);
    await mkdir(join(out, mine), { recursive: true });
    const about = { submission, cluster, workDirectory: join(out, 'work', `${id}-${digest}`) };
    const widening = this.#widening;
    switch (job.kind) {
      case 'prepare':
        return { kind: 'prepare', logFile: join(out, mine, 'build.log'), ...about };
      case 'contract':
        return { kind: 'contract', widening, ...about };
      case 'plan': {
        const part = rubric.parts.find(({ name }) => name === job.part);
        const item = part?.items.find(({ name }) => name === job.item);
        if (part === undefined || item?.kind !== 'plan')
          throw new TypeError(`${jobKey(job)} is not in the rubric`);
        const runName = join(mine, 'runs', `${job.part}-${job.item}-${job.seed}`);
        const runDirectory = join(out, runName);
        const plan = { ...item.plan, seed: job.seed };
        return { kind: 'plan', plan, judgedBy: part.judgedBy, widening, runDirectory, runName, ...about };
      }
    }
  }

  #grades(): Grade[] {
    const { submissions, rubric } = this.#options;
    return submissions.map((one) => gradeOf(rubric, one, this.#journal.progressOf(one)));
  }

  async #write(): Promise<void> {
    await this.#outputs.write(this.#grades());
  }
}

function inWords(outcome: Outcome): string {
  switch (outcome.verdict) {
    case 'pass':
      return 'pass';
    case 'examined': {
      const failed = outcome.checks.filter((check) => check.outcome === 'fail').length;
      return failed === 0 ? 'nothing found' : `${failed} checks failed`;
    }
    case 'fail':
      return `fail, ${outcome.findings.map(({ property }) => property).join(', ')}`;
    case 'undecided':
      return `undecided, ${outcome.findings[0]?.summary ?? 'for no known reason'}`;
  }
}
