/**
 * Measures the reference node beside etcd: three members each, on the same disk, in turn within each round.
 *
 *     node --conditions=raft-lab:source bench/node/run.ts [--quick] [--rounds 7] [--seconds 3] [--clients 1,8,64,256] [--ops put,get]
 *         [--only ours|etcd] [--no-recovery] [--directory DIR] [--profile DIR] [--out FILE]
 *
 * Needs etcd on the path. `--quick` tries it out in less than a minute; `--only` with `--profile` leaves CPU profiles of the reference nodes.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CeilingRow } from './ceiling.ts';
import { cores, measureCeiling } from './ceiling.ts';
import type { OperationName, Row } from './comparison.ts';
import { compare, goal, reachesGoal } from './comparison.ts';
import { measureDisk } from './disk.ts';
import { etcdVersion, startEtcdCluster } from './etcd-cluster.ts';
import type { Recovery } from './recovery.ts';
import { measureRecovery } from './recovery.ts';
import { startReferenceCluster } from './reference-cluster.ts';
import { workload } from './requests.ts';
import type { Prepared } from './rounds.ts';
import { measureRounds, members, prepare, printFigures } from './rounds.ts';
import { seededRandom } from './statistics.ts';
import type { StartSystem, SystemName } from './system.ts';
import { timing } from './system.ts';

const home = resolve(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    clients: { type: 'string', default: '1,8,64,256' },
    ops: { type: 'string', default: 'put,get' },
    only: { type: 'string' },
    'no-recovery': { type: 'boolean', default: false },
    directory: { type: 'string', default: tmpdir() },
    profile: { type: 'string' },
    out: { type: 'string' },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 7));
const measuredMs = Number(values.seconds ?? (values.quick ? 0.7 : 3)) * 1_000;
const rampMs = Math.min(500, measuredMs / 3);
const clientCounts = values.clients.split(',').map(Number);
const ops = values.ops.split(',') as OperationName[];
const recovery = values.quick
  ? { sizes: [500, 2_000], restarts: 1 }
  : { sizes: [1_000, 20_000, 80_000], restarts: 5 };
const warmUpMs = values.quick ? 500 : 4_000;
/** etcd's default. */
const snapshotEntries = 100_000;
const limitMs = 20 * 60_000;
const seed = 1;
// A trial does not take the place of a measurement.
const out = values.out ?? join(home, 'bench', 'results', values.quick ? 'node-quick.json' : 'node.json');

const start: Readonly<Record<SystemName, StartSystem>> = {
  ours: (options) =>
    startReferenceCluster(
      options,
      values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`],
    ),
  etcd: startEtcdCluster,
};

function writeResults(rows: readonly Row[], recovered: Recovery | null): void {
  const results = {
    rows,
    goal: { ...goal, reachedIn: rows.filter(reachesGoal).length, of: rows.length },
    recovery: recovered,
    ceiling,
    disk: { before: disk, after: measureDisk(directory) },
    settings: { rounds, measuredMs, rampMs, members, snapshotEntries, ...timing, ...workload },
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores,
      node: process.version,
      etcd: version,
      busyBefore,
      loadAverageBefore: loadBefore,
      loadAverageAfter: loadavg(),
      begunAt,
      seconds: (Date.now() - begunAt.getTime()) / 1_000,
    },
  };
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(results, null, 1)}\n`);
}

function printRows(rows: readonly Row[]): void {
  console.table(
    rows.map((row) => ({
      op: row.op,
      clients: row.clients,
      'ours/s': Math.round(row.ours.opsPerSecond),
      'etcd/s': Math.round(row.etcd.opsPerSecond),
      'ours CPU µs': Math.round(row.ours.cpuMicrosPerOp),
      'etcd CPU µs': Math.round(row.etcd.cpuMicrosPerOp),
      throughput: Number(row.throughputRatio.toFixed(2)),
      p50: Number(row.p50Ratio.toFixed(2)),
      p99: Number(row.p99Ratio.toFixed(2)),
      goal: reachesGoal(row),
    })),
  );
}

const limit = setTimeout(() => {
  console.error(`The run takes longer than ${limitMs / 60_000} minutes and ends here. Try fewer --rounds.`);
  process.exit(1);
}, limitMs);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const begunAt = new Date();
const version = values.only === 'ours' ? 'not run' : etcdVersion();
const directory = mkdtempSync(join(values.directory, 'bench-node-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const loadBefore = loadavg();
const busyBefore = (loadBefore[0] ?? 0) > cores / 2;
if (busyBefore) {
  console.warn(
    `The machine is busy (load ${loadBefore[0]?.toFixed(1)} on ${cores} cores): what is measured now is how each system fares among other work.`,
  );
}
const disk = measureDisk(directory);
console.log(
  `disk: a flush takes ${disk.flushP50Ms.toFixed(2)} ms (p50), ${disk.flushP99Ms.toFixed(2)} ms (p99)`,
);
const ceiling: CeilingRow[] = [];
for (const clients of clientCounts) {
  const row = await measureCeiling(clients, Math.min(measuredMs, 1_000));
  printFigures(`the load generator alone, ${clients} clients`, row);
  ceiling.push(row);
}
const pairs = await (async () => {
  await using stack = new AsyncDisposableStack();
  const systems: Prepared[] = [];
  for (const name of ['ours', 'etcd'] as const) {
    if (values.only !== undefined && values.only !== name) continue;
    const prepared = await prepare(start[name], join(directory, name), snapshotEntries);
    stack.use(prepared.system);
    systems.push(prepared);
  }
  return await measureRounds(systems, { rounds, ops, clientCounts, warmUpMs, rampMs, measuredMs });
})();
if (values.only === undefined) {
  const rows = compare(pairs, seededRandom(seed));
  printRows(rows);
  // Written before the recovery too, so that whatever goes wrong there takes nothing away.
  writeResults(rows, null);
  if (!values['no-recovery']) {
    const recovered = await measureRecovery(start, directory, recovery.sizes, recovery.restarts);
    writeResults(rows, recovered);
    console.table(recovered.rows);
    console.log(
      `recovery grows by ${recovered.oursMsPerThousandEntries.toFixed(2)} ms (ours) and ` +
        `${recovered.etcdMsPerThousandEntries.toFixed(2)} ms (etcd) for each thousand entries`,
    );
  }
  console.log(`the goal is reached in ${rows.filter(reachesGoal).length} of ${rows.length} rows; see ${out}`);
}
clearTimeout(limit);
