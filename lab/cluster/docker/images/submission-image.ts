/** The image of somebody's submission, built from the Dockerfile in its folder, with limits on time, memory and what the build prints. */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { requireEngine } from '../engine.ts';
import { followImage } from './image-stream.ts';
import { hasImage } from './pull-image.ts';

const timeLimitMs = 600_000;
const memoryBytes = 3 * 2 ** 30;
const outputKeptCharacters = 16_384;

interface SubmissionImage {
  readonly directory: string;
  /** Relative to the directory. */
  readonly dockerfile: string;
  readonly tag: string;
  readonly signal: AbortSignal;
}

/** Resolves with why the image could not be built, if so, and the last that the build printed. Rejects with `LabError('engine')` where there is no engine. */
export async function buildSubmissionImage({
  directory,
  dockerfile,
  tag,
  signal,
}: SubmissionImage): Promise<{ readonly problem: string | undefined; readonly output: string }> {
  const engine = await requireEngine();
  if (await hasImage(engine, tag)) return { problem: undefined, output: '' };
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
  let output = '';
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]);
  try {
    const stream = await engine.buildImage(
      { context: directory, src: files },
      { t: tag, dockerfile, forcerm: true, memory: memoryBytes, memswap: memoryBytes, abortSignal: limit },
    );
    const told = followImage(engine, stream, (event) => {
      output = (output + textOf(event)).slice(-outputKeptCharacters);
    }).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const problem = await Promise.race([told, reasonOf(limit, signal)]);
    return { problem, output };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error), output };
  }
}

function reasonOf(limit: AbortSignal, interrupt: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const tell = () =>
      resolve(
        interrupt.aborted ? 'grading was interrupted' : `it did not end within ${timeLimitMs / 1_000} s`,
      );
    limit.addEventListener('abort', tell);
    if (limit.aborted) tell();
  });
}

function textOf(event: unknown): string {
  if (typeof event !== 'object' || event === null) return '';
  const text: unknown = 'stream' in event ? event.stream : 'error' in event ? event.error : '';
  return String(text);
}
