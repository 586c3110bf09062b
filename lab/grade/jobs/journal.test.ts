import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { examined, fail, pass, submission, undecided } from '../testdata/small-class.ts';
import { Journal } from './journal.ts';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-journal-'));
  file = join(directory, 'journal.jsonl');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const usual = { rubric: 'r1', cluster: 'process', workers: 2 };
const ada = submission();
const calibration = { startMs: 1_000, silenceMs: 300, lagMs: 0 };

async function reopened(circumstances: Partial<typeof usual> = {}) {
  await using journal = await Journal.open(file, { ...usual, ...circumstances });
  return {
    calibrations: journal.calibrations,
    of: (who = ada) =>
      Object.fromEntries([...journal.progressOf(who)].map(([job, tried]) => [job, tried.outcome.verdict])),
    tried: (job: string) => journal.progressOf(ada).get(job),
  };
}

async function filled(): Promise<void> {
  await using journal = await Journal.open(file, usual);
  await journal.calibrated([calibration, calibration]);
  await Promise.all([
    journal.done(ada, 'prepare', pass, 10),
    journal.done(ada, 'contract', examined(), 20),
    journal.done(ada, 'reads/deposed/1', fail, 30.4),
  ]);
}

test('what is done is known again, and so is the calibration', async () => {
  await filled();
  const again = await reopened();
  expect(again.of()).toEqual({ prepare: 'pass', contract: 'examined', 'reads/deposed/1': 'fail' });
  expect(again.tried('reads/deposed/1')).toEqual({ outcome: fail, settled: true, attempts: 1, ms: 30 });
  expect(again.calibrations).toEqual([calibration, calibration]);
});

describe('does not count', () => {
  beforeEach(filled);

  test('for another rubric, another cluster, or a submission that has changed', async () => {
    expect((await reopened({ rubric: 'r2' })).of()).toEqual({});
    expect((await reopened({ cluster: 'docker' })).of()).toEqual({});
    expect((await reopened()).of({ ...ada, digest: 'other' })).toEqual({});
    expect((await reopened()).of({ ...ada, id: 'eve' })).toEqual({});
  });

  test('as a calibration for another number of workers', async () => {
    expect((await reopened({ workers: 1 })).calibrations).toBeUndefined();
  });
});

test('a line that was torn when the lab was killed is nobody’s, and the next one stands by itself', async () => {
  await filled();
  const whole = await readFile(file, 'utf8');
  await writeFile(file, whole.slice(0, -25));
  expect((await reopened()).of()).toEqual({ prepare: 'pass', contract: 'examined' });
  {
    await using journal = await Journal.open(file, usual);
    await journal.done(ada, 'reads/fresh/1', pass, 5);
  }
  expect((await reopened()).of()).toEqual({ prepare: 'pass', contract: 'examined', 'reads/fresh/1': 'pass' });
});

test('lines that nobody wrote are passed over', async () => {
  await filled();
  await appendFile(file, '{"submission":"ada","verdict":"pass"}\nnonsense\n\n');
  expect((await reopened()).of()).toHaveProperty('contract');
});

test('an undecided job is settled by its third attempt, and earlier by a decision', async () => {
  await using journal = await Journal.open(file, usual);
  const tried = () => journal.progressOf(ada).get('a');
  await journal.done(ada, 'a', undecided('lab'), 1);
  await journal.done(ada, 'a', undecided('lab'), 1);
  expect(tried()).toMatchObject({ settled: false, attempts: 2, ms: 2 });
  await journal.done(ada, 'a', undecided('lab'), 1);
  expect(tried()).toMatchObject({ settled: true, attempts: 3 });
  await journal.done(ada, 'b', undecided('lab'), 1);
  await journal.done(ada, 'b', pass, 1);
  expect(journal.progressOf(ada).get('b')).toMatchObject({ settled: true, attempts: 2 });
});
