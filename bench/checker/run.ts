/**
 * Measures the checker beside Porcupine: the same histories, a fresh process for each, verdicts compared.
 *
 *     node --conditions=raft-lab:source bench/checker/run.ts [--seeds 3] [--scale 1] [--seconds 60] [--families ABC] [--out FILE]
 *
 * Needs Go 1.23 or newer for the peer. `--scale 0.05` tries it out on small histories.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cell, cells, families, generate } from './cells.ts';
import { formatForPeers } from './peer-format.ts';
import { summarize, type Measured } from './summary.ts';

const home = resolve(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    families: { type: 'string', default: Object.keys(families).join('') },
    out: { type: 'string', default: join(home, 'bench', 'results', 'checker.json') },
  },
});
const scale = Number(values.scale);
const seconds = Number(values.seconds);

function run(command: string, argv: readonly string[], directory: string): string {
  const { stdout, stderr, status } = spawnSync(command, argv, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Rounds of the peer, in fresh processes; the best counts. One that takes long is not repeated. */
const peerRounds = 3;

function measurePeer(peer: string, file: string): Measured['porcupine'] {
  let best: Measured['porcupine'] | undefined;
  for (let round = 0; round < peerRounds; round++) {
    const answer = JSON.parse(run(peer, [String(seconds), file], home)) as Measured['porcupine'];
    if (best === undefined || answer.ms < best.ms)
      best = { verdict: answer.verdict, ms: answer.ms, rssMb: answer.rssMb };
    if (answer.ms > 2_000 || answer.verdict === 'undecided') break;
  }
  if (best === undefined) throw new Error('The peer was never asked.');
  return best;
}

function measure(peer: string, directory: string, cell: Cell, index: number, seed: number): Measured {
  const file = join(directory, 'history.txt');
  const history = generate(cell, seed, scale);
  writeFileSync(file, formatForPeers(history));
  const ours = JSON.parse(
    run(
      process.execPath,
      [
        '--conditions=raft-lab:source',
        join(import.meta.dirname, 'ours.ts'),
        String(index),
        String(seed),
        String(scale),
      ],
      home,
    ),
  ) as Measured['ours'];
  const porcupine = measurePeer(peer, file);
  const { family, options, fault } = cell;
  return {
    family,
    n: history.length,
    clients: options.clients,
    info: options.infoPercent ?? 0,
    ...(fault !== undefined && { fault: `${fault.kind} at ${fault.afterPercent} %` }),
    seed,
    verdict: ours.verdict,
    porcupine,
    ours,
    // An undecided check has no time, so it has no ratio.
    ratio:
      porcupine.verdict === 'undecided' || ours.verdict === 'undecided' ? null : porcupine.ms / ours.msWarm,
  };
}

const directory = mkdtempSync(join(tmpdir(), 'bench-checker-'));
try {
  const peer = join(directory, 'porcupine');
  run('go', ['build', '-o', peer, '.'], join(home, 'bench', 'peers', 'porcupine'));
  const measured: Measured[] = [];
  for (const [index, cell] of cells.entries()) {
    if (!values.families.includes(cell.family)) continue;
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const row = measure(peer, directory, cell, index, seed);
      if (row.ratio !== null && row.porcupine.verdict !== row.ours.verdict) {
        throw new Error(
          `Verdicts differ in family ${cell.family}, cell ${index}, seed ${seed}: ${JSON.stringify(row)}`,
        );
      }
      measured.push(row);
      console.log(
        `${row.family} n=${row.n} clients=${row.clients} info=${row.info} ${row.fault ?? ''} seed=${seed}: ` +
          `ours ${row.ours.verdict} ${row.ours.msWarm.toFixed(1)} ms (cold ${row.ours.msCold.toFixed(1)}, ${row.ours.rssMb.toFixed(0)} MB), ` +
          `Porcupine ${row.porcupine.verdict} ${row.porcupine.ms.toFixed(1)} ms (${row.porcupine.rssMb.toFixed(0)} MB), ` +
          `ratio ${row.ratio?.toFixed(1) ?? 'none'}`,
      );
    }
  }
  mkdirSync(dirname(values.out), { recursive: true });
  const summary = summarize(measured);
  writeFileSync(values.out, `${JSON.stringify(summary, null, 1)}\n`);
  console.table(summary.families);
  console.log(
    `geometric mean ${summary.geometricMean?.toFixed(1)}, smallest ratio ${summary.smallestRatio?.toFixed(2)}, undecided ${summary.undecided}`,
  );
} finally {
  rmSync(directory, { recursive: true });
}
