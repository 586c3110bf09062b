/**
 * What is done, one JSON object a line, on the disk before it counts. It is all that a grading keeps in mind: killed and started again it reads the journal and
 * goes on with what is not in it.
 */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { LabError } from '../../lab-error.ts';
import type { Submission } from '../submission/submission.ts';
import { calibrationSchema, type Calibration } from '../work/calibration.ts';
import { attemptsMax, outcomeSchema, type Outcome, type Progress, type Tried } from './job.ts';

const doneSchema = z.strictObject({
  submission: z.string(),
  digest: z.string(),
  rubric: z.string(),
  cluster: z.string(),
  job: z.string(),
  ms: z.number(),
  outcome: outcomeSchema,
});
const calibratedSchema = z.strictObject({
  cluster: z.string(),
  workers: z.number(),
  calibrations: z.array(calibrationSchema),
});
type Done = z.infer<typeof doneSchema>;
type Calibrated = z.infer<typeof calibratedSchema>;
const lineSchema = z.union([doneSchema, calibratedSchema]);

/** What grades depend on beside the submission. */
export interface Circumstances {
  readonly rubric: string;
  readonly cluster: string;
  readonly workers: number;
}

export class Journal implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #circumstances: Circumstances;
  readonly #progress = new Map<string, Map<string, Tried>>();
  #calibrations: readonly Calibration[] | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, path: string, circumstances: Circumstances) {
    this.#file = file;
    this.#path = path;
    this.#circumstances = circumstances;
  }

  static async open(path: string, circumstances: Circumstances): Promise<Journal> {
    const text = await readFile(path, 'utf8').catch(() => '');
    const journal = new Journal(await open(path, 'a'), path, circumstances);
    for (const line of text.split('\n')) journal.#read(line);
    // The lab may have been killed within a line: it is nobody's, and the next one begins on a line of its own.
    if (text !== '' && !text.endsWith('\n')) await journal.#append('\n');
    return journal;
  }

  get calibrations(): readonly Calibration[] | undefined {
    return this.#calibrations;
  }

  progressOf({ id, digest }: Submission): Progress {
    return this.#progress.get(`${id} ${digest}`) ?? new Map();
  }

  async done({ id, digest }: Submission, job: string, outcome: Outcome, ms: number): Promise<void> {
    const { rubric, cluster } = this.#circumstances;
    const done: Done = { submission: id, digest, rubric, cluster, job, ms: Math.round(ms), outcome };
    await this.#append(`${JSON.stringify(done)}\n`);
    this.#take(done);
  }

  async calibrated(calibrations: readonly Calibration[]): Promise<void> {
    const { cluster, workers } = this.#circumstances;
    const calibrated: Calibrated = { cluster, workers, calibrations: [...calibrations] };
    await this.#append(`${JSON.stringify(calibrated)}\n`);
    this.#calibrations = calibrations;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close();
  }

  #read(text: string): void {
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch {
      return;
    }
    const line = lineSchema.safeParse(data);
    if (!line.success) return;
    const { rubric, cluster, workers } = this.#circumstances;
    if (line.data.cluster !== cluster) return;
    if ('calibrations' in line.data) {
      if (line.data.workers === workers) this.#calibrations = line.data.calibrations;
    } else if (line.data.rubric === rubric) this.#take(line.data);
  }

  #take({ submission, digest, job, outcome, ms }: Done): void {
    const key = `${submission} ${digest}`;
    const jobs = this.#progress.get(key) ?? new Map<string, Tried>();
    this.#progress.set(key, jobs);
    const before = jobs.get(job);
    const attempts = (before?.attempts ?? 0) + 1;
    const settled = outcome.verdict !== 'undecided' || attempts >= attemptsMax;
    jobs.set(job, { outcome, settled, attempts, ms: (before?.ms ?? 0) + ms });
  }

  #append(text: string): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#file.appendFile(text);
        await this.#file.datasync();
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new LabError(
          'store',
          `cannot write ${this.#path}: ${reason}. Make room; the same command then goes on.`,
          { cause },
        );
      }
    });
    return this.#writing;
  }
}
