/** The mutant bank as a page to read. */
import { outOfReach } from '../mutants/out-of-reach.ts';
import type { Mutant } from '../mutants/mutant.ts';
import type { MutantBank } from './mutant-bank.ts';

type Row = readonly string[];

/** @param mutants in the order in which they are to be listed. */
export function mutantTable(mutants: readonly Mutant[], bank: MutantBank): string {
  const rows = mutants.map((mutant) => {
    const { caught, runs } = bank.mutants.find((row) => row.mutant === mutant.name) ?? {
      caught: null,
      runs: 0,
    };
    return { mutant, caught, runs };
  });
  const caught = rows.flatMap(({ mutant, caught: how }): Row[] =>
    how === null
      ? []
      : [
          [
            `\`${mutant.name}\``,
            mutant.does,
            mutant.source,
            how.property,
            `${how.seed}`,
            how.atSeconds.toFixed(1),
          ],
        ],
  );
  const missed = rows.flatMap(({ mutant, caught: how, runs }): Row[] =>
    how === null
      ? [
          [
            `\`${mutant.name}\``,
            mutant.does,
            `${runs}`,
            runs === 0 ? 'not run' : (outOfReach[mutant.name] ?? 'not known'),
          ],
        ]
      : [],
  );
  const { reference } = bank;
  return [
    '# Mutants in the simulator',
    '',
    'Each mutant is the reference node with one rule broken, run in virtual time in one seed after another until a run fails. `make sim-mutants`',
    'runs them all and writes this page; `./raft-lab sim --mutant <name> --seed <seed>` shows a row again, with its report. The last column says how',
    'many seconds of virtual time had gone by when the law of the cluster was broken, or how long the run was whose history proves it.',
    '',
    `${caught.length} of ${rows.length} are caught.${reference === null ? '' : ` Without a broken rule, ${reference.caught === null ? `none of seeds 1 to ${reference.runs} fails` : `seed ${reference.caught.seed} fails, and it must not: ${reference.caught.message}`}.`}`,
    '',
    ...table(['mutant', 'what it does', 'source', 'caught by', 'seed', 'seconds'], caught),
    ...(missed.length === 0
      ? []
      : [
          '',
          '## Not caught',
          '',
          ...table(['mutant', 'what it does', 'seeds tried', 'why, as far as is known'], missed),
        ]),
    '',
  ].join('\n');
}

/** Aligned, as the repository's formatter wants it. */
function table(head: Row, rows: readonly Row[]): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: Row): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [first = [], ...rest] = cells;
  return [line(first), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)];
}
