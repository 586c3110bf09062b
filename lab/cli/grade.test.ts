/** Grading as an instructor meets it: a class with one that works and some that do not, killed in the middle, and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { eventually } from '../cluster/testdata/eventually.ts';
import { hasInEnvironment, livingProcesses } from '../cluster/process/proc.ts';

const main = join(import.meta.dirname, 'main.ts');
const doctorNodes = join(import.meta.dirname, '../doctor/testdata');
const node = process.execPath;

const classOf: Readonly<Record<string, unknown>> = {
  dead: { name: 'Dead', command: [node, join(doctorNodes, 'ends-at-once.mjs')] },
  good: { name: 'Good', reference: true },
  lost: { name: 'Lost', command: './nothing-here' },
  unbuilt: { name: 'Unbuilt', command: './node', build: 'echo node.c:1: no such header >&2; exit 2' },
  unlike: { name: 'Unlike', mutant: 'gremlin' },
};
const rubric = `version: 1
title: Small class
parts:
  - name: contract
    says: Answers.
    items:
      - { name: all, points: 3, says: Answers., contract: rest }
  - name: quiet
    says: Serves.
    items:
      - { name: one, points: 2, says: Serves., plan: quiet.yaml, seeds: [1] }
      - { name: two, points: 2, says: Serves., plan: quiet.yaml, seeds: [2] }
`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-grade-test-'));
  for (const [id, manifest] of Object.entries(classOf)) {
    await mkdir(join(directory, 'class', id), { recursive: true });
    await writeFile(join(directory, 'class', id, 'raft-lab.json'), JSON.stringify(manifest));
  }
  await mkdir(join(directory, 'class', 'nameless'));
  await writeFile(join(directory, 'rubric.yaml'), rubric);
  await writeFile(
    join(directory, 'quiet.yaml'),
    'durationMs: 1000\nworkload: { name: registers, rate: 50, concurrency: 3, keys: 2 }\n',
  );
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Said {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function grade(
  args: readonly string[],
  during: (child: ChildProcess, stderr: string) => void = () => undefined,
): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(node, ['--conditions=raft-lab:source', main, 'grade', ...args], {
      cwd: directory,
      env: { ...process.env, [mark]: directory },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      during(child, stderr);
    });
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

const whole = ['class', '--rubric', 'rubric.yaml', '--out', 'out', '-j', '2'];
const journal = async () =>
  (await readFile(join(directory, 'out/journal.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { submission?: string; job?: string; outcome?: { verdict: string } });
const page = (id: string) => readFile(join(directory, 'out/submissions', id, 'index.html'), 'utf8');

/** Everything that the lab starts, nodes and watchdogs included, inherits this. */
const mark = 'GRADE_TEST_MARK';
const running = () => livingProcesses().filter(({ pid }) => hasInEnvironment(pid, `${mark}=${directory}`));

describe('a class', () => {
  test('that is interrupted stops in good order, and says how to go on', async () => {
    const { exitCode, stderr } = await grade(whole, (child, said) => {
      if (said.includes('Calibrating') && !said.includes('SIGTERM')) child.kill('SIGTERM');
    });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('The same command goes on where it stopped');
    await eventually(() => expect(running()).toEqual([]));
  }, 60_000);

  test('that was killed in the middle is finished by the same command, and nothing is graded twice', async () => {
    let mostRunning = 0;
    const killed = await grade(whole, (child, stderr) => {
      if (!stderr.includes('good  contract')) return;
      mostRunning = Math.max(mostRunning, running().length);
      child.kill('SIGKILL');
    });
    expect(mostRunning).toBeGreaterThan(1);
    expect(killed.exitCode).toBeNull();
    const before = await journal();
    expect(before.map(({ submission, job }) => `${submission} ${job}`)).toContain('good contract');
    await eventually(() => expect(running()).toEqual([]));

    const again = await grade(whole);
    expect(again.stderr).not.toContain('Calibrating');
    expect(again.stderr).not.toContain('good  contract');
    expect(again.exitCode).toBe(0);
    const done = (await journal()).flatMap(({ submission, job, outcome }) =>
      outcome === undefined || outcome.verdict === 'undecided' ? [] : [`${submission} ${job}`],
    );
    expect(new Set(done).size).toBe(done.length);
    expect(done).toContain('good quiet/two/2');

    const rows = parse<Record<string, string>>(await readFile(join(directory, 'out/grades.csv'), 'utf8'), {
      columns: true,
    });
    expect(
      rows.map(({ submission, score, maximum, finished }) => [submission, score, maximum, finished]),
    ).toEqual([
      ['dead', '0', '7', 'yes'],
      ['good', '7', '7', 'yes'],
      ['lost', '0', '7', 'yes'],
      ['nameless', '0', '7', 'yes'],
      ['unbuilt', '0', '7', 'yes'],
      ['unlike', '0', '7', 'yes'],
    ]);
    expect(again.stdout).toContain('Good          7 of 7');
  }, 240_000);

  test('explains to everybody what went wrong', async () => {
    expect(await page('unbuilt')).toContain('node.c:1: no such header');
    expect(await page('lost')).toMatch(/cannot be started[\s\S]*nothing-here/);
    expect(await page('dead')).toContain('starts');
    expect(await page('nameless')).toContain('there is no raft-lab.json');
    expect(await page('unlike')).toContain('There is no mutant');
  });

  test('that is graded already is not graded again', async () => {
    const lines = (await journal()).length;
    const again = await grade(whole);
    expect(again.exitCode).toBe(0);
    expect(await journal()).toHaveLength(lines);
  }, 60_000);
});

test('a mistake in the rubric is told with its line, and nothing is begun', async () => {
  await writeFile(join(directory, 'wrong.yaml'), rubric.replace('points: 3', 'pionts: 3'));
  const { exitCode, stderr } = await grade(['class', '--rubric', 'wrong.yaml', '--out', 'none']);
  expect(exitCode).toBe(64);
  expect(stderr).toContain('wrong.yaml:7: parts[0].items[0].pionts: there is no such field');
});
