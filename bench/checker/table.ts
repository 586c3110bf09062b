/** The results as text: a line for each row while it is measured, and a page of tables in the end. */
import { families } from './cells.ts';
import type { FamilySummary, Row, Summary } from './summary.ts';

export function describeRow({ family, n, clients, info, detail, seed, ours, porcupine, ratio }: Row): string {
  const what = `${family} n=${n} clients=${clients}${info > 0 ? ` unknown=${info} %` : ''}${detail === undefined ? '' : ` (${detail})`} seed=${seed}`;
  const us = `ours ${ours.verdict} ${time(ours.msWarm)} (cold ${time(ours.msCold)}, ${Math.round(ours.rssMb)} MB)`;
  const peer = `Porcupine ${porcupine.reason ?? porcupine.verdict} ${time(porcupine.ms)} (cold ${time(porcupine.msCold)}, ${Math.round(porcupine.rssMb)} MB)`;
  return `${what}: ${us}, ${peer}, ratio ${number(ratio)}`;
}

/** As Markdown. */
export function table(summary: Summary, machine: object): string {
  return [
    '# The checker beside Porcupine',
    '',
    'Written by `make bench-checker`. A ratio is Porcupine’s best time over our best time, each after warming up in a fresh process; where one of the two is undecided there is none.',
    'Ours is timed on operations as the peer’s are, an object for each; where columns stand beside it, on those too, which is what the command line reads a file into.',
    'Growth is the exponent of time over length. Memory is the peak of the process after one check, the history and the runtime included.',
    '',
    `Measured on: ${JSON.stringify(machine)}`,
    '',
    '![time over length](checker-growth.svg)',
    '![ratios](checker-ratios.svg)',
    '',
    ...rowsOf(
      [
        'family',
        '',
        'geometric mean',
        'smallest ratio',
        'growth',
        'of columns',
        'Porcupine’s',
        'rows',
        'undecided',
        'Porcupine’s',
      ],
      Object.entries(summary.families).map(([family, each]) => familyCells(family, each)),
    ),
    '',
    `All rows: geometric mean ${number(summary.geometricMean)}, smallest ratio ${number(summary.smallestRatio)}, undecided ${summary.undecided}.`,
    '',
    ...lossesOf(summary.cells),
    ...rowsOf(
      [
        'family',
        'operations',
        'clients',
        'unknown',
        '',
        'seed',
        'verdict',
        'ours',
        'cold',
        'memory',
        'columns',
        'memory',
        'Porcupine',
        'cold',
        'memory',
        'ratio',
      ],
      summary.cells.map(rowCells),
    ),
    '',
  ].join('\n');
}

/** Why a row may be below 1. */
const reasons: Readonly<Record<string, string>> = {
  K: 'a history of some hundred operations with several violations: ours explains each of them, where the peer stops at the first',
  L: 'objects that are no registers: each step makes and hashes a new state in JavaScript, and where unknown operations may be used at any time ours looks for the fewest of them, breadth first, while the peer tries them as they come',
};

function lossesOf(rows: readonly Row[]): string[] {
  const lost = Map.groupBy(
    rows.filter(({ ratio }) => ratio !== null && ratio < 1),
    ({ family }) => family,
  );
  const lines = [...lost].map(
    ([family, its]) =>
      `- ${family}, ${its.length} rows below 1: ${reasons[family] ?? 'no reason is known; look into it'}.`,
  );
  return lines.length === 0 ? [] : ['Losses:', '', ...lines, ''];
}

function familyCells(family: string, each: FamilySummary): string[] {
  return [
    family,
    families[family] ?? '',
    number(each.geometricMean),
    number(each.smallestRatio),
    number(each.growth),
    number(each.growthOfColumns),
    number(each.growthOfPorcupine),
    String(each.cells),
    String(each.undecidedByUs),
    String(each.undecidedByPorcupine),
  ];
}

function rowCells({
  family,
  n,
  clients,
  info,
  detail = '',
  seed,
  ours,
  columns,
  porcupine,
  ratio,
  verdict,
}: Row): string[] {
  return [
    family,
    String(n),
    String(clients),
    `${info} %`,
    detail,
    String(seed),
    verdict,
    time(ours.msWarm),
    time(ours.msCold),
    `${Math.round(ours.rssMb)} MB`,
    columns === undefined ? '' : time(columns.msWarm),
    columns === undefined ? '' : `${Math.round(columns.rssMb)} MB`,
    porcupine.verdict === 'undecided' ? `undecided (${porcupine.reason ?? ''})` : time(porcupine.ms),
    time(porcupine.msCold),
    `${Math.round(porcupine.rssMb)} MB`,
    number(ratio),
  ];
}

function rowsOf(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)];
}

function time(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${ms.toPrecision(3)} ms`;
}

function number(value: number | null): string {
  return value === null ? '–' : value.toPrecision(3);
}
