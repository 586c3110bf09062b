/** What others read of a grading, read by others: a schema, an XML consumer, a CSV reader. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'csv-parse/sync';
import { parse as parseJunit } from 'junit2json';
import { smallClass } from '../testdata/small-class.ts';
import { Outputs, renderAll, type ClassInfo } from './outputs.ts';

const info: ClassInfo = {
  title: 'Raft <1>',
  cluster: 'process',
  workers: 2,
  widening: 'Limits are as worded.',
};
const grades = smallClass();
const files = renderAll(grades, info);
const text = (name: string): string => files.get(name) ?? '';

describe('results.json', () => {
  const ids = grades.map(({ id }) => id);
  let valid: (data: unknown) => boolean;
  let complaints: () => unknown;
  beforeAll(async () => {
    const schema = JSON.parse(
      await readFile(join(import.meta.dirname, 'testdata/gradescope.schema.json'), 'utf8'),
    ) as Record<string, unknown>;
    const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
    valid = (data) => validate(data);
    complaints = () => validate.errors;
  });

  test.each(ids)('of %s has the shape that Gradescope documents', (id) => {
    const data: unknown = JSON.parse(text(`submissions/${id}/results.json`));
    expect(valid(data) ? [] : complaints()).toEqual([]);
  });

  test('would be refused in another shape: the schema bites', () => {
    const data = JSON.parse(text('submissions/ada/results.json')) as { tests: Record<string, unknown>[] };
    expect(valid({ ...data, points: 3 })).toBe(false);
    expect(valid({ ...data, tests: [{ ...data.tests[0], status: 'lost' }] })).toBe(false);
    expect(valid({ ...data, tests: [{ ...data.tests[0], max_score: '3' }] })).toBe(false);
  });

  test('adds up, and leaves what is not graded out of the maximum', () => {
    for (const { id, earned, maximum } of grades) {
      const { score, tests } = JSON.parse(text(`submissions/${id}/results.json`)) as {
        score: number;
        tests: { score: number; max_score: number }[];
      };
      expect(score).toBe(earned);
      expect(tests.reduce((sum, one) => sum + one.score, 0)).toBeCloseTo(earned);
      expect(tests.reduce((sum, one) => sum + one.max_score, 0)).toBeCloseTo(maximum);
    }
  });

  test('says why points are lost, and how to see it again', () => {
    const { tests } = JSON.parse(text('submissions/ada/results.json')) as {
      tests: { name: string; status?: string; output: string }[];
    };
    const lost = tests.filter(({ status }) => status === 'failed');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.output).toContain('linearizable: Stale read of "x" < y.');
    expect(lost[0]?.output).toContain('process 3 at n1');
    expect(lost[0]?.output).toContain('again: raft-lab replay');
  });
});

describe('junit.xml', () => {
  test('is read by a consumer, with failures, errors and skips where they belong', async () => {
    const suites = await parseJunit(text('junit.xml'));
    if (suites == null || !('testsuite' in suites)) throw new Error('no suites');
    const cases = (suites.testsuite ?? []).flatMap((suite) => suite.testcase ?? []);
    const items = grades.flatMap(({ parts }) => parts.flatMap((part) => part.items));
    const having = (...states: string[]) =>
      items.filter(({ standing }) => states.includes(standing.state)).length;
    expect(cases).toHaveLength(items.length);
    expect(cases.filter(({ failure }) => failure !== undefined)).toHaveLength(having('lost', 'out-of-reach'));
    expect(cases.filter(({ error }) => error !== undefined)).toHaveLength(having('not-graded'));
    expect(cases.filter(({ skipped }) => skipped !== undefined)).toHaveLength(
      having('not-attempted', 'unsupported', 'pending'),
    );
    expect(suites).toMatchObject({
      name: 'Raft <1>',
      tests: items.length,
      failures: having('lost', 'out-of-reach'),
      errors: having('not-graded'),
    });
  });

  test('of one submission names its parts', async () => {
    const suites = await parseJunit(text('submissions/ada/junit.xml'));
    expect(suites).toMatchObject({
      name: 'Ada & Co',
      testsuite: [{ name: 'contract' }, { name: 'reads', failures: 1 }, { name: 'once' }],
    });
  });
});

test('grades.csv has a line for each submission, and no name that a spreadsheet would run', () => {
  const rows = parse<Record<string, string>>(text('grades.csv'), { columns: true });
  expect(rows.map(({ submission, score, maximum }) => [submission, Number(score), Number(maximum)])).toEqual(
    grades.map(({ id, earned, maximum }) => [id, earned, maximum]),
  );
  expect(rows[0]).toMatchObject({
    contract: '3',
    reads: '6.5',
    once: '3',
    'not graded': '0',
    finished: 'yes',
  });
  expect(rows[0]?.name).toBe('\'=HYPERLINK("x")');
  expect(rows[4]).toMatchObject({ 'not graded': '2.5' });
});

describe('pages', () => {
  test('hold nothing of a submission unescaped', () => {
    for (const [name, page] of files)
      if (name.endsWith('.html')) expect(page).not.toMatch(/HYPERLINK\("|"x" < y/);
    expect(text('submissions/ada/index.html')).toContain('Stale read of &quot;x&quot; &lt; y.');
  });

  test('tell the instructor what was not graded', () => {
    expect(text('index.html')).toMatch(/Not graded[\s\S]*reads: fresh[\s\S]*Saw nothing/);
  });

  test('say where to begin, and what an obstacle was', () => {
    expect(text('submissions/ada/index.html')).toMatch(/Begin here[\s\S]*reads: deposed/);
    expect(text('submissions/broken/index.html')).toContain('node.c:1: error');
    expect(text('submissions/nameless/index.html')).toContain('raft-lab.json:2: name: is missing');
  });
});

describe('on the disk', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raft-lab-outputs-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('every file is there, whole, and nothing else', async () => {
    const outputs = new Outputs(directory, info);
    await Promise.all([outputs.write(grades.slice(0, 2)), outputs.write(grades)]);
    const found = (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
    expect(found.toSorted()).toEqual([...files.keys()].toSorted());
    for (const name of found) expect(await readFile(join(directory, name), 'utf8')).toBe(text(name));
  });
});
