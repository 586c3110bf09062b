/** What grading.md shows is what the lab reads: the submission, the rubric, and the points of the default one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readRubric } from '../lab/grade/rubric/read-rubric.ts';
import { pointsOf, rubricFileSchema } from '../lab/grade/rubric/rubric.ts';
import { manifestSchema } from '../lab/grade/submission/submission.ts';
import { fencesIn } from './testing/markdown.ts';

const page = readFileSync(new URL('grading.md', import.meta.url), 'utf8');
const fences = (language: string) => fencesIn('grading.md').filter((fence) => fence.language === language);

test('its submission is one', () => {
  for (const { text } of fences('json'))
    expect(manifestSchema.safeParse(JSON.parse(text))).toHaveProperty('success', true);
  for (const field of Object.keys(manifestSchema.shape)) expect(page).toContain(`\`${field}\``);
});

test('its rubric is one', () => {
  const [rubric] = fences('yaml');
  expect(rubricFileSchema.safeParse(parse(rubric?.text ?? ''))).toHaveProperty('success', true);
});

test('its parts and points are those of the default rubric', async () => {
  const { parts } = await readRubric(join(import.meta.dirname, '../lab/grade/rubrics/default.yaml'));
  const section = page.slice(page.indexOf('## The rubric that comes')).split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| ([a-z-]+) +\| (\d+) +\|/gm)].map(([, name, points]) => [
    name,
    Number(points),
  ]);
  expect(rows).toEqual(parts.map(({ name, items }) => [name, pointsOf(items)]));
});
