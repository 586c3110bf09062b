/** Everything that others read of a grading, written anew whenever something changed, each file whole: a reader never sees half of one. */
import { join } from 'node:path';
import { replaceFile } from '../../replace-file.ts';
import type { Grade } from '../score/grade.ts';
import { renderClassPage } from './class-page.ts';
import { renderGradebook } from './gradebook.ts';
import { renderGradescope } from './gradescope.ts';
import { renderClassJunit, renderJunit } from './junit.ts';
import { renderSubmissionPage } from './submission-page.ts';

/** What the outputs say beside the grades. */
export interface ClassInfo {
  readonly title: string;
  readonly cluster: 'docker' | 'process';
  readonly workers: number;
  /** By how much limits were widened, and why. */
  readonly widening: string;
}

const advice = 'Make room; the same command then goes on where it stopped.';

export class Outputs {
  readonly #directory: string;
  readonly #info: ClassInfo;
  readonly #written = new Map<string, string>();
  #writing: Promise<void> = Promise.resolve();

  constructor(directory: string, info: ClassInfo) {
    this.#directory = directory;
    this.#info = info;
  }

  /** Resolves when the files are there. Rejects with `LabError('store')`. */
  write(grades: readonly Grade[]): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      for (const [name, text] of renderAll(grades, this.#info)) {
        if (this.#written.get(name) === text) continue;
        await replaceFile(join(this.#directory, name), text, advice);
        this.#written.set(name, text);
      }
    });
    return this.#writing;
  }
}

/** By name, relative to the output's folder. Pure. */
export function renderAll(grades: readonly Grade[], info: ClassInfo): Map<string, string> {
  const files = new Map<string, string>();
  for (const grade of grades) {
    const folder = `submissions/${grade.id}`;
    files.set(`${folder}/results.json`, renderGradescope(grade, info));
    files.set(`${folder}/junit.xml`, renderJunit(grade));
    files.set(`${folder}/index.html`, renderSubmissionPage(grade, info));
  }
  files.set('grades.csv', renderGradebook(grades));
  files.set('junit.xml', renderClassJunit(grades, info));
  files.set('index.html', renderClassPage(grades, info));
  return files;
}
