/**
 * Three reference nodes under a steady load for an hour: every answer has to be right, and memory and disk have to stay flat.
 *
 *     node --conditions=raft-lab:source bench/soak/run.ts [--minutes 60] [--rate 500] [--planted-leak] [--out FILE]
 *
 * `--planted-leak` shows that it can fail. Needs Linux, which tells a process's memory. It may run beside other work: nothing that it judges is a time.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bytesIn } from '../node/disk-usage.ts';
import { startReferenceCluster } from '../node/reference-cluster.ts';
import { seededRandom } from '../node/statistics.ts';
import { timing } from '../node/system.ts';
import { whenServing } from '../node/waiting.ts';
import type { Tally } from './client.ts';
import { runSoakClient } from './client.ts';
import { minSamples } from './flatness.ts';
import type { Sample } from './judgement.ts';
import { judge, limits } from './judgement.ts';

const home = resolve(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '500' },
    'planted-leak': { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const opsPerSecondAsked = Number(values.rate);
if (!(minutes >= 1 && minutes <= 24 * 60) || !(opsPerSecondAsked >= 1 && opsPerSecondAsked <= 5_000)) {
  console.error('Expected --minutes from 1 to 1440 and --rate from 1 to 5000.');
  process.exit(64);
}
const out =
  values.out ?? join(home, 'bench', 'results', values['planted-leak'] ? 'soak-leak.json' : 'soak.json');

const members = 3;
const clients = 16;
const keysPerClient = 60;
const valueBytes = 100;
/** Low: a snapshot every 8 s at 250 writes a second, so that a quarter of a short run holds several. */
const snapshotEntries = 2_000;
const sampleEveryMs = Math.min(10_000, (minutes * 60_000) / (2 * minSamples));
const mib = (bytes: number): number => Number((bytes / 2 ** 20).toFixed(2));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
const directory = mkdtempSync(join(tmpdir(), 'raft-lab-soak-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

const begunAt = new Date();
const tally: Tally = { ok: 0, refused: 0, unknown: 0, wrong: [] };
const samples: Sample[] = [];
let seconds = 0;
{
  await using system = await startReferenceCluster(
    { members, directory, snapshotEntries, timing },
    values['planted-leak'] ? ['--import', join(import.meta.dirname, 'planted-leak.ts')] : [],
  );
  const endpoints = await whenServing(system);
  const begun = performance.now();
  const isOver = (): boolean => performance.now() - begun >= minutes * 60_000;
  const random = seededRandom(1);
  const load = Array.from({ length: clients }, (_, at) =>
    runSoakClient({
      id: at + 1,
      endpoints,
      everyMs: (clients * 1_000) / opsPerSecondAsked,
      keys: keysPerClient,
      valueBytes,
      random,
      isOver,
      tally,
    }),
  );
  for (let due = begun + sampleEveryMs; !isOver(); due += sampleEveryMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    system.assertRuns();
    const disks = Array.from({ length: members }, (_, at) => bytesIn(join(directory, `n${at + 1}`)));
    samples.push({
      minute: Number(((performance.now() - begun) / 60_000).toFixed(2)),
      memoryMiB: (await system.memoryBytes()).map(mib),
      diskMiB: (await Promise.all(disks)).map(mib),
    });
    if (tally.wrong.length > 0) break;
  }
  await Promise.race([Promise.all(load), new Promise((resolve) => setTimeout(resolve, 10_000))]);
  seconds = (performance.now() - begun) / 1_000;
}

const operations = tally.ok + tally.refused + tally.unknown;
const opsPerSecond = operations / seconds;
const { members: judged, complaints } = judge({
  samples,
  wrong: tally.wrong,
  opsPerSecond,
  opsPerSecondAsked,
});
mkdirSync(dirname(out), { recursive: true });
writeFileSync(
  out,
  `${JSON.stringify(
    {
      passed: complaints.length === 0,
      complaints,
      minutes: Number((seconds / 60).toFixed(2)),
      opsPerSecond: Number(opsPerSecond.toFixed(1)),
      answers: { ...tally, wrong: tally.wrong.length },
      judged,
      limits,
      samples,
      settings: { opsPerSecondAsked, members, clients, keysPerClient, valueBytes, snapshotEntries },
      machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, begunAt },
    },
    null,
    1,
  )}\n`,
);
console.table(
  judged.map(({ node, memoryMiB, diskMiB }) => ({
    node,
    'memory MiB, 2nd quarter': memoryMiB.secondQuarter,
    'last quarter': memoryMiB.lastQuarter,
    'disk MiB, 2nd quarter': diskMiB.secondQuarter,
    'last quarter ': diskMiB.lastQuarter,
  })),
);
console.log(
  `${operations} operations in ${(seconds / 60).toFixed(1)} minutes (${opsPerSecond.toFixed(0)}/s): ` +
    `${tally.refused} refused, ${tally.unknown} of unknown outcome, ${tally.wrong.length} wrong answers; see ${out}`,
);
for (const complaint of complaints) console.error(complaint);
process.exit(complaints.length === 0 ? 0 : 1);
