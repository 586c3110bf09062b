/** How long a member takes from its start to its first linearizable answer, by the length of the log that it finds. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRequests } from './requests.ts';
import { median, seededRandom, slope } from './statistics.ts';
import type { StartSystem, SystemName, Timing } from './system.ts';
import { ask, whenServing } from './waiting.ts';
import { writeAll } from './write-all.ts';

export interface RecoveryRow {
  readonly entries: number;
  /** Medians. They hold the start of the process and an election beside the log. */
  readonly oursMs: number;
  readonly etcdMs: number;
}

export interface Recovery {
  readonly rows: readonly RecoveryRow[];
  /** By how much it grows for each thousand entries. */
  readonly oursMsPerThousandEntries: number;
  readonly etcdMsPerThousandEntries: number;
}

/** Writes that are open at a time while the log is filled. */
const fillClients = 128;
const pollMs = 5;
const recoverLimitMs = 60_000;
/** No snapshot is taken: the log is what is measured. */
const never = 999_999_999;
/** As short as etcd lets it be, so that the wait for an election hides little. */
const soon: Timing = { heartbeatMs: 50, electionMs: 250 };

/** One voter each, so that nothing but its own disk brings it back. */
export async function measureRecovery(
  systems: Readonly<Record<SystemName, StartSystem>>,
  directory: string,
  sizes: readonly number[],
  restarts: number,
): Promise<Recovery> {
  const ours = await measureSystem(systems.ours, directory, sizes, restarts);
  const etcd = await measureSystem(systems.etcd, directory, sizes, restarts);
  const growth = (times: readonly number[]): number =>
    slope(sizes.map((entries, at) => [entries / 1_000, times[at] ?? NaN]));
  return {
    rows: sizes.map((entries, at) => ({ entries, oursMs: ours[at] ?? NaN, etcdMs: etcd[at] ?? NaN })),
    oursMsPerThousandEntries: growth(ours),
    etcdMsPerThousandEntries: growth(etcd),
  };
}

/** @returns the median for each size, in milliseconds. */
async function measureSystem(
  start: StartSystem,
  parent: string,
  sizes: readonly number[],
  restarts: number,
): Promise<number[]> {
  const directory = await mkdtemp(join(parent, 'recovery-'));
  const times: number[] = [];
  try {
    await using system = await start({ members: 1, directory, snapshotEntries: never, timing: soon });
    const { put } = makeRequests(system, seededRandom(1));
    let written = 0;
    for (const size of sizes) {
      const endpoints = await whenServing(system);
      await writeAll(
        endpoints,
        fillClients,
        Array.from({ length: size - written }, (_, at) => put[at % put.length] ?? Buffer.alloc(0)),
        (answer) => system.isPut(answer),
      );
      written = size;
      const tries: number[] = [];
      for (let left = restarts; left > 0; left -= 1) {
        await system.restart();
        const begun = performance.now();
        const read = system.getRequest('ready');
        for (const [endpoint] = endpoints; ;) {
          if (endpoint === undefined || performance.now() - begun > recoverLimitMs) {
            throw new Error(`expected ${system.name} to be back within ${recoverLimitMs} ms`);
          }
          if ((await ask(endpoint, read))?.status === 200) break;
          // A member that ended says why, instead of being waited for.
          system.assertRuns();
          await new Promise((resolve) => setTimeout(resolve, pollMs));
        }
        tries.push(performance.now() - begun);
      }
      times.push(median(tries));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return times;
}
