/**
 * Measures the checker beside Porcupine: the same files, a fresh process for each side and history, verdicts compared.
 *
 *     node --conditions=raft-lab:source bench/checker/run.ts [--seeds 3] [--scale 1] [--seconds 10] [--families ABC] [--out DIRECTORY]
 *
 * Needs Go 1.23 or newer for the peer. `--scale 0.05` tries it out on small histories; `--seconds` limits the peer to less than each cell
 * allows it. Leaves checker.json, checker.md and two plots.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cell, cells, families } from './cells.ts';
import { growthPlot, ratioPlot } from './plots.ts';
import { type Row, summarize } from './summary.ts';
import { describeRow, table } from './table.ts';

const home = resolve(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    seconds: { type: 'string', default: 'Infinity' },
    families: { type: 'string', default: Object.keys(families).join('') },
    out: { type: 'string', default: join(home, 'bench', 'results') },
  },
});
const scale = Number(values.scale);
const peerMegabytes = 6_000;
/** What either side may print. */
const mostOutputBytes = 1 << 20;

function run(command: string, argv: readonly string[]): string {
  const options = { cwd: home, encoding: 'utf8', maxBuffer: mostOutputBytes } as const;
  const { stdout, stderr, status, error } = spawnSync(command, argv, options);
  if (error !== undefined) {
    throw new Error(`${command} could not be run (${error.message}): it must be installed and on the path.`);
  }
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

function runOurs(...argv: readonly string[]): Row['ours'] {
  const program = ['--conditions=raft-lab:source', join(import.meta.dirname, 'ours.ts')];
  return JSON.parse(run(process.execPath, [...program, ...argv])) as Row['ours'];
}

function measure(peer: string, file: string, cell: Cell, seed: number): Row {
  const text = cell.text(seed, scale);
  writeFileSync(file, text);
  const ours = runOurs(cell.object, file);
  const columns = cell.alsoColumns === true ? runOurs(cell.object, file, 'columns') : undefined;
  if (columns !== undefined && columns.verdict !== ours.verdict) {
    throw new Error(
      `Columns are ${columns.verdict}, and operations ${ours.verdict}: one of the two is wrong.`,
    );
  }
  const seconds = Math.min(cell.peerSeconds, Number(values.seconds));
  const peerArguments = [cell.object, String(seconds), String(peerMegabytes), file];
  const { verdict, reason, msCold, ms, rssMb } = JSON.parse(run(peer, peerArguments)) as Row['porcupine'];
  const { family, clients, infoPercent, detail } = cell;
  return {
    family,
    n: text.split('\n').length - 1,
    clients,
    info: infoPercent,
    ...(detail !== undefined && { detail }),
    seed,
    verdict: ours.verdict,
    porcupine: { verdict, ms, msCold, rssMb, ...(reason !== undefined && { reason }) },
    ours,
    ...(columns !== undefined && { columns }),
    // An undecided check has no time, so it has no ratio.
    ratio: verdict === 'undecided' || ours.verdict === 'undecided' ? null : ms / ours.msWarm,
  };
}

function machine() {
  return {
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    go: run('go', ['version']).trim().split(' ')[2],
    loadBefore: loadavg()[0],
  };
}

function report(rows: readonly Row[], about: object): void {
  const summary = summarize(rows);
  mkdirSync(values.out, { recursive: true });
  const results = { machine: about, scale, ...summary };
  writeFileSync(join(values.out, 'checker.json'), `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(values.out, 'checker.md'), table(summary, about));
  writeFileSync(join(values.out, 'checker-growth.svg'), growthPlot(rows));
  writeFileSync(join(values.out, 'checker-ratios.svg'), ratioPlot(rows));
  console.table(summary.families);
  console.log(
    `geometric mean ${summary.geometricMean?.toFixed(1)}, smallest ratio ${summary.smallestRatio?.toFixed(2)}, undecided ${summary.undecided}`,
  );
}

const directory = mkdtempSync(join(tmpdir(), 'bench-checker-'));
try {
  const about = machine();
  const peer = join(directory, 'porcupine');
  run('go', ['build', '-C', join('bench', 'peers', 'porcupine'), '-o', peer, '.']);
  const chosen = cells.filter(({ family }) => values.families.includes(family));
  const rows: { readonly place: number; readonly row: Row }[] = [];
  // Seed by seed, so that a run that is stopped leaves what it has.
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    for (const [place, cell] of chosen.entries()) {
      if (seed > 1 && cell.isRecorded === true) continue;
      const row = measure(peer, join(directory, 'history.txt'), cell, seed);
      console.log(describeRow(row));
      if (row.ratio !== null && row.porcupine.verdict !== row.ours.verdict) {
        throw new Error('The verdicts differ: one of the two is wrong.');
      }
      rows.push({ place, row });
    }
    const inOrder = rows.toSorted((a, b) => a.place - b.place || a.row.seed - b.row.seed);
    report(
      inOrder.map(({ row }) => row),
      { ...about, loadAfter: loadavg()[0] },
    );
  }
} finally {
  rmSync(directory, { recursive: true });
}
