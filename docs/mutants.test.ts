/** The page of mutants tells what is so: each row, run again, is found by what it says and when, and every law of conduct finds somebody. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { conductLaws } from '../lab/cluster/sim/laws/law-broken.ts';
import { mutantNamed, mutants } from '../lab/cluster/sim/mutants/mutants.ts';
import { outOfReach } from '../lab/cluster/sim/mutants/out-of-reach.ts';
import { simDefaults } from '../lab/cluster/sim/sim-plan.ts';
import { simulate } from '../lab/cluster/sim/sim-run.ts';

const page = readFileSync(new URL('mutants.md', import.meta.url), 'utf8');
const [caught = '', missed = ''] = page.split('\n## Not caught\n');

const rows = [...caught.matchAll(/^\| `([\w-]+)` .*\| ([\w-]+) +\| (\d+) +\| ([\d.]+) +\|$/gm)].map(
  ([, mutant = '', property = '', seed = '', seconds = '']) => ({
    mutant,
    property,
    seed: Number(seed),
    seconds,
  }),
);
const misses = [...missed.matchAll(/^\| `([\w-]+)` /gm)].map(([, mutant = '']) => mutant);

/** Laws that others come before in the rows: where they were the first to see something. */
const elsewhere = [
  { mutant: 'appends-anything', property: 'agrees-before-appending', seed: 21 },
  { mutant: 'changes-twice-at-once', property: 'one-change-at-a-time', seed: 21 },
  { mutant: 'hands-over-to-removed', property: 'leader-serves', seed: 133 },
] as const;

describe('the page of mutants', () => {
  test('names every mutant once', () => {
    const named = [...rows.map(({ mutant }) => mutant), ...misses].sort();
    expect(named).toEqual(mutants.map(({ name }) => name).sort());
  });

  test('says of none that nobody knows why it is not caught', () => {
    expect(misses.filter((mutant) => outOfReach[mutant] === undefined)).toEqual([]);
  });

  test('shows each law of conduct at work, or it is seen elsewhere', () => {
    const found = new Set([...rows, ...elsewhere].map(({ property }) => property));
    expect(conductLaws.filter((law) => !found.has(law))).toEqual([]);
  });

  test.each(elsewhere)('$property finds $mutant in seed $seed', async ({ mutant, property, seed }) => {
    const { finding } = await simulate({ ...simDefaults, seed }, mutantNamed(mutant));
    expect(finding?.property).toBe(property);
  });

  test.each(rows)(
    '$mutant is caught by $property in seed $seed',
    async ({ mutant, property, seed, seconds }) => {
      const { finding, verdict } = await simulate({ ...simDefaults, seed }, mutantNamed(mutant));
      expect({ verdict, property: finding?.property, seconds: finding?.atSeconds.toFixed(1) }).toEqual({
        verdict: 'fail',
        property,
        seconds,
      });
    },
  );
});
