/**
 * Removes what a run left in the engine. The cluster calls it when it is disposed of, and the watchdog runs this file, with the
 * run's id as its argument, after the lab was killed.
 */
import type Docker from 'dockerode';
import { openEngine, tolerate } from './engine.ts';
import { runLabel } from './run-label.ts';

/** A call that was under way when the lab died may still create something: so look again until nothing is found. */
const roundsMax = 20;
const roundMs = 250;

/**
 * Removes the containers, networks and volumes that carry the run's label, and resolves when none is left. Rejects when
 * something could not be removed.
 * @param quietRounds how many looks in a row must find nothing
 */
export async function removeLabelled(runId: string, quietRounds = 1): Promise<void> {
  const engine = openEngine();
  let quiet = 0;
  let problem: unknown;
  for (let round = 0; round < roundsMax; round++) {
    try {
      quiet = (await removeOnce(engine, runId)) ? 0 : quiet + 1;
      problem = undefined;
    } catch (error) {
      // A network is busy while a container leaves it; the next round meets it free.
      problem = error;
    }
    if (quiet >= quietRounds) return;
    if (quiet > 0 || problem !== undefined) await new Promise((resolve) => setTimeout(resolve, roundMs));
  }
  throw new Error(
    `could not remove everything labelled ${runLabel}=${runId}; see docker ps, docker network ls and docker volume ls with --filter label=${runLabel}=${runId}`,
    { cause: problem },
  );
}

/** Names of what carries the run's label now. */
export async function findLabelled(runId: string): Promise<string[]> {
  const { containers, networks, volumes } = await find(openEngine(), runId);
  return [
    ...containers.map(({ Names }) => `container ${Names.join(' ')}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...volumes.map(({ Name }) => `volume ${Name}`),
  ];
}

interface Labelled {
  readonly containers: readonly Docker.ContainerInfo[];
  readonly networks: readonly Docker.NetworkInspectInfo[];
  readonly volumes: readonly Docker.VolumeInspectInfo[];
}

async function find(engine: Docker, runId: string): Promise<Labelled> {
  const filters = { label: [`${runLabel}=${runId}`] };
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ]);
  return { containers, networks, volumes };
}

/** Whether there was anything to remove. */
async function removeOnce(engine: Docker, runId: string): Promise<boolean> {
  const { containers, networks, volumes } = await find(engine, runId);
  await Promise.all(
    containers.map(({ Id }) => tolerate(engine.getContainer(Id).remove({ force: true, v: true }), 404, 409)),
  );
  await Promise.all([
    ...networks.map(({ Id }) => tolerate(engine.getNetwork(Id).remove(), 404)),
    ...volumes.map(({ Name }) => tolerate(engine.getVolume(Name).remove(), 404)),
  ]);
  return containers.length + networks.length + volumes.length > 0;
}

if (import.meta.main) {
  const runId = process.argv[2];
  if (runId === undefined || runId === '') {
    console.error('usage: remove-labelled.ts RUN-ID');
    process.exitCode = 64;
  } else {
    await removeLabelled(runId, 4);
  }
}
