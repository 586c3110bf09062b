/** results.md names every property, every field of results.json, and every fault of the lab's exit codes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { drawPlan } from '../lab/plan/draw-plan.ts';
import { renderResults } from '../lab/report/results.ts';
import { judge } from '../lab/verdict/verdict.ts';

const page = readFileSync(new URL('results.md', import.meta.url), 'utf8');

/** The names in the first column of the table below a heading: what follows the head of the table and the line below it. */
function firstColumnUnder(heading: string): string[] {
  const section = page.slice(page.indexOf(`## ${heading}\n`)).split(/\n## /)[0] ?? '';
  return [...section.matchAll(/^\| `?([\w-]+)`? +\|/gm)].map(([, name = '']) => name).slice(2);
}

const run = {
  plan: drawPlan({ seed: 1, nodes: 3, durationMs: 1_000, kinds: [], rate: 10 }),
  history: [],
};
const judgement = judge(run);

describe('results.md', () => {
  test('lists the properties', () => {
    const names = [...judgement.properties, ...judgement.notJudged].map(({ name }) => name);
    expect(firstColumnUnder('Properties').sort()).toEqual(names.sort());
  });

  test('lists the fields of results.json', () => {
    const results = renderResults(judgement, run, {
      runId: 'run',
      cluster: 'process',
      node: 'the reference node',
      directory: 'store/run',
      command: 'raft-lab',
      durationsMs: { start: 1, run: 1, check: 1 },
    });
    expect(firstColumnUnder('results.json')).toEqual(Object.keys(results));
  });

  test('lists the exit codes', () => {
    expect(firstColumnUnder('Exit codes')).toEqual(['0', '1', '2', '3', '4', '64']);
  });
});
