import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contractSections } from '../../doctor/doctor.ts';
import { FileError } from '../../plan/located-document.ts';
import { readRubric } from './read-rubric.ts';
import { rubricPoints } from './rubric.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-rubric-'));
  await writeFile(join(directory, 'quiet.yaml'), 'nodes: [n1, n2, n3]\ndurationMs: 2000\nschedule: []\n');
  await writeFile(join(directory, 'wrong.yaml'), 'nodes: [n1, n2, n3]\nsede: 4\n');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const whole = `version: 1
title: Small
parts:
  - name: contract
    says: Answers.
    items:
      - { name: status, points: 1, says: Tells its status., contract: [status] }
      - { name: all-else, points: 2, says: All else., contract: rest }
  - name: reads
    says: Reads.
    needs: [idempotency]
    judgedBy: [linearizable, alive]
    items:
      - name: quiet
        points: 3.5
        says: Answers when nothing happens.
        needs: [snapshot]
        plan: quiet.yaml
        seeds: [4, 5]
`;

async function read(text: string) {
  const file = join(directory, 'rubric.yaml');
  await writeFile(file, text);
  return readRubric(file);
}

async function problemsOf(text: string): Promise<string[]> {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof FileError) return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

describe('a rubric', () => {
  test('has its plans whole, and what the parts need', async () => {
    const { title, parts } = await read(whole);
    expect(title).toBe('Small');
    expect(parts[0]?.items[0]).toMatchObject({ kind: 'contract', sections: ['status'] });
    expect(parts[0]?.items[1]).toMatchObject({
      sections: contractSections.filter((section) => section !== 'status'),
    });
    expect(parts[1]).toMatchObject({ judgedBy: ['linearizable', 'alive'] });
    expect(parts[1]?.items[0]).toMatchObject({
      kind: 'plan',
      points: 3.5,
      needs: ['idempotency', 'snapshot'],
      seeds: [4, 5],
      plan: { durationMs: 2_000, nodes: ['n1', 'n2', 'n3'], schedule: [] },
    });
  });

  test('is another one when its points or its plans are others, and the same from anywhere', async () => {
    const { digest } = await read(whole);
    expect((await read(whole)).digest).toBe(digest);
    expect((await read(whole.replace('points: 2', 'points: 3'))).digest).not.toBe(digest);
    await writeFile(join(directory, 'quiet.yaml'), 'nodes: [n1, n2, n3]\ndurationMs: 2001\nschedule: []\n');
    expect((await read(whole)).digest).not.toBe(digest);
  });

  test.each([
    [
      'an unknown field',
      whole.replace('says: Reads.', 'say: Reads.'),
      '10: parts[1].say: there is no such field',
    ],
    [
      'a missing field',
      whole.replace('        points: 3.5\n', ''),
      '14: parts[1].items[0].points: is missing',
    ],
    [
      'points that are none',
      whole.replace('3.5', '-1'),
      expect.stringMatching(/^15: parts\[1\]\.items\[0\]\.points: /),
    ],
    [
      'an unknown feature',
      whole.replace('[snapshot]', '[snapshots]'),
      expect.stringMatching(/^17: parts\[1\]\.items\[0\]\.needs\[0\]: /),
    ],
    [
      'an unknown property',
      whole.replace('alive]', 'lively]'),
      expect.stringMatching(/^12: parts\[1\]\.judgedBy\[1\]: a property is one of linearizable, /),
    ],
    [
      'an unknown section',
      whole.replace('[status]', '[state]'),
      expect.stringMatching(/^7: parts\[0\]\.items\[0\]\.contract\[0\]: a section of the contract/),
    ],
    [
      'a plan without seeds',
      whole.replace('        seeds: [4, 5]\n', ''),
      '14: parts[1].items[0]: a plan needs seeds, such as seeds: [1]',
    ],
    [
      'neither plan nor contract',
      whole.replace(', contract: rest', ''),
      '8: parts[0].items[1]: an item has either a plan or sections of the contract',
    ],
    [
      'a name that is there twice',
      whole.replace('name: all-else', 'name: status'),
      '8: parts[0].items[1].name: "status" is there twice',
    ],
  ])('with %s is refused with line and field', async (_, text, problem) => {
    expect(await problemsOf(text)).toContainEqual(problem);
  });

  test('that is no YAML is refused with the line', async () => {
    expect((await problemsOf('title: [\n'))[0]).toMatch(/^[12]: /);
  });

  test('with a mistake in one of its plans is refused with that plan’s line', async () => {
    const text = whole.replace('plan: quiet.yaml', 'plan: wrong.yaml');
    await expect(read(text)).rejects.toThrow(/wrong\.yaml:2: sede: there is no such field/);
    await expect(read(whole.replace('quiet.yaml', 'none.yaml'))).rejects.toThrow('cannot read the plan');
  });
});

test('the default rubric has a hundred points', async () => {
  const rubric = await readRubric(join(import.meta.dirname, '../rubrics/default.yaml'));
  expect(rubricPoints(rubric)).toBe(100);
});
