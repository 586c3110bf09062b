/** Rounds of measurements: in each, every cell on each system, one right after the other. */
import { mkdirSync } from 'node:fs';
import type { Figures, OperationName, Pair } from './comparison.ts';
import { runLoad } from './load.ts';
import { makeRequests, workload } from './requests.ts';
import { seededRandom } from './statistics.ts';
import type { StartSystem, System, SystemName } from './system.ts';
import { timing } from './system.ts';
import { whenServing } from './waiting.ts';
import { writeAll } from './write-all.ts';

export interface RoundsOptions {
  readonly rounds: number;
  readonly ops: readonly OperationName[];
  readonly clientCounts: readonly number[];
  /** Before the first round, both systems run until their code is compiled. */
  readonly warmUpMs: number;
  readonly rampMs: number;
  readonly measuredMs: number;
}

export interface Prepared {
  readonly system: System;
  readonly measure: (
    op: OperationName,
    clients: number,
    rampMs: number,
    measuredMs: number,
  ) => Promise<Figures>;
}

export const members = 3;
const seed = 1;
const fillClients = 32;
const warmUpClients = 64;

/** Starts a cluster in `directory`, which is made, and writes every key once. */
export async function prepare(
  start: StartSystem,
  directory: string,
  snapshotEntries: number,
): Promise<Prepared> {
  mkdirSync(directory);
  const system = await start({ members, directory, snapshotEntries, timing });
  const random = seededRandom(seed);
  const requests = makeRequests(system, random);
  await writeAll(await whenServing(system), fillClients, requests.fill, (answer) => system.isPut(answer));
  return {
    system,
    // Clients are spread over the members as a list of endpoints would spread them, the first at the leader.
    measure: async (op, clients, rampMs, measuredMs) => {
      const endpoints = await whenServing(system);
      const cpuBefore = await system.cpuMs();
      const { answered, ...figures } = await runLoad({
        endpoints,
        clients,
        requests: requests[op],
        isExpected: (answer) =>
          op === 'put' ? system.isPut(answer) : system.isGet(answer, workload.valueBytes),
        random,
        rampMs,
        measuredMs,
      });
      const cpuMs = (await system.cpuMs()) - cpuBefore;
      return { ...figures, cpuMicrosPerOp: (cpuMs * 1_000) / answered };
    },
  };
}

/** @returns a pair for each cell of each round, where both systems are there. */
export async function measureRounds(systems: readonly Prepared[], options: RoundsOptions): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const { system, measure } of systems) {
    for (const op of options.ops) {
      printFigures(`warm-up, ${op}, ${system.name}`, await measure(op, warmUpClients, 0, options.warmUpMs));
    }
  }
  for (let round = 1; round <= options.rounds; round += 1) {
    // Who comes first changes from round to round.
    const inTurn = round % 2 === 0 ? systems.toReversed() : systems;
    for (const op of options.ops) {
      for (const clients of options.clientCounts) {
        const figures = new Map<SystemName, Figures>();
        for (const { system, measure } of inTurn) {
          const measured = await measure(op, clients, options.rampMs, options.measuredMs);
          figures.set(system.name, measured);
          printFigures(`round ${round}, ${op}, ${clients} clients, ${system.name}`, measured);
        }
        const [ours, etcd] = [figures.get('ours'), figures.get('etcd')];
        if (ours !== undefined && etcd !== undefined) pairs.push({ op, clients, figures: { ours, etcd } });
      }
    }
  }
  return pairs;
}

export function printFigures(
  what: string,
  {
    opsPerSecond,
    p50Ms,
    p99Ms,
    cpuMicrosPerOp,
  }: Omit<Figures, 'cpuMicrosPerOp'> & Partial<Pick<Figures, 'cpuMicrosPerOp'>>,
): void {
  const cpu = cpuMicrosPerOp === undefined ? '' : `, ${cpuMicrosPerOp.toFixed(0)} µs of CPU each`;
  console.log(
    `${what}: ${opsPerSecond.toFixed(0)}/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms${cpu}`,
  );
}
