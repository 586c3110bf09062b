import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Mutant } from '../mutants/mutant.ts';
import { mutants } from '../mutants/mutants.ts';
import { outOfReach } from '../mutants/out-of-reach.ts';
import { mutantTable } from './mutant-table.ts';

const page = join(import.meta.dirname, '../../../../docs/mutants.md');

test('a row for each that is caught, and the reason for each that is not', () => {
  const mutant = (name: string): Mutant => ({
    name,
    does: `does ${name}`,
    source: 'a | b',
  });
  const caught = { seed: 12, property: 'log-matching', message: 'two logs differ', atSeconds: 1.26 };
  const text = mutantTable([mutant('one'), mutant('two'), mutant('three')], {
    mutants: [
      { mutant: 'two', caught: null, runs: 2_000 },
      { mutant: 'one', caught, runs: 13 },
    ],
    reference: { caught: null, runs: 12 },
  });
  expect(text).toContain('1 of 3 are caught. Without a broken rule, none of seeds 1 to 12 fails.');
  expect(text).toContain('| `one`  | does one     | a \\| b | log-matching | 12   | 1.3     |');
  expect(text).toMatch(/\| `two` +\| does two +\| 2000 +\| not known/);
  expect(text).toMatch(/\| `three` +\| does three +\| 0 +\| not run/);
});

test('says so where the sound core is caught', () => {
  const caught = { seed: 3, property: 'alive', message: 'n1 ended', atSeconds: 1 };
  const text = mutantTable([], { mutants: [], reference: { caught, runs: 3 } });
  expect(text).toContain('Without a broken rule, seed 3 fails, and it must not: n1 ended.');
});

test('only mutants that exist are said to be out of reach', () => {
  const names = mutants.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(outOfReach)));
});

test('the page in docs/ speaks of every mutant, once', async () => {
  const text = await readFile(page, 'utf8');
  const rows = [...text.matchAll(/^\| `([a-z-]+)` /gm)].map(([, name]) => name);
  expect(rows.toSorted()).toEqual(mutants.map(({ name }) => name).toSorted());
  expect(text).not.toContain('not run');
});
