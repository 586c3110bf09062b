/** The only place that picks a cluster: what is under test and where it runs, from what the user said and what the machine has. */
import { join } from 'node:path';
import type { ClusterKind, CreateCluster, NodeSource } from '../cluster/cluster.ts';
import { isEngineAvailable, requireEngine } from '../cluster/docker/engine.ts';
import { createProcessCluster } from '../cluster/process/process-cluster.ts';
import { LabError } from '../lab-error.ts';
import { commandLine, usage } from './options.ts';
import { referenceEntry, referenceFlags, referenceNodeDirectory } from './reference-node.ts';

export interface NodeChoice {
  readonly cluster: 'auto' | 'docker' | 'process';
  /** A command line as its user typed it, or split already. */
  readonly cmd?: string | readonly [string, ...string[]] | undefined;
  /** Where the command is started; the lab's own working directory if not given. */
  readonly directory?: string | undefined;
  readonly image?: string | undefined;
  readonly mutant?: string | undefined;
}

export interface ChosenCluster {
  readonly kind: Exclude<ClusterKind, 'sim'>;
  readonly create: CreateCluster;
  readonly source: NodeSource;
  /** What is under test, in a word that a directory's name can hold. */
  readonly name: string;
  /** Why this cluster was chosen, where that was not the user's own wish. */
  readonly reason: string | undefined;
}

/** @param say takes a line for the user while images are prepared */
export async function chooseCluster(choice: NodeChoice, say: (line: string) => void): Promise<ChosenCluster> {
  const { cluster, cmd, image, mutant } = choice;
  const sources = [cmd && '--cmd', image && '--image', mutant && '--mutant'].filter((flag) => flag);
  if (sources.length > 1)
    throw usage(`${sources.join(' and ')} each name what is under test; give one of them.`);
  if (cmd !== undefined && cluster === 'docker')
    throw usage('--cmd is run on this machine; use --cluster process, or build an image and give --image.');
  if (image !== undefined && cluster === 'process')
    throw usage('--image needs containers; use --cluster docker, or give --cmd.');

  const wanted = cmd !== undefined ? 'process' : image !== undefined ? 'docker' : cluster;
  if (wanted === 'process') return inProcesses(choice, undefined);
  if (wanted === 'docker') return inContainers(choice, say);
  const engine = await isEngineAvailable();
  if (!engine.available) return inProcesses(choice, engine.reason);
  try {
    return await inContainers(choice, say);
  } catch (error) {
    // An engine without images is as good as none, where the user left the choice to the lab.
    if (!(error instanceof LabError && error.code === 'image')) throw error;
    return inProcesses(choice, error.message);
  }
}

function inProcesses({ cmd, directory, mutant }: NodeChoice, reason: string | undefined): ChosenCluster {
  const base = { kind: 'process', create: createProcessCluster, reason } as const;
  if (cmd !== undefined) {
    const argv = typeof cmd === 'string' ? commandLine(cmd) : cmd;
    const source = { kind: 'command', argv, ...(directory === undefined ? {} : { directory }) } as const;
    return { ...base, source, name: 'cmd' };
  }
  const entry = join(referenceNodeDirectory, referenceEntry(mutant));
  return {
    ...base,
    source: { kind: 'command', argv: [process.execPath, ...referenceFlags, entry] },
    name: mutant ?? 'reference',
  };
}

async function inContainers(
  { image, mutant }: NodeChoice,
  say: (line: string) => void,
): Promise<ChosenCluster> {
  const entry = image === undefined ? referenceEntry(mutant) : undefined;
  const engine = await requireEngine();
  // What speaks to the engine takes its time to load, and is not needed where there is none.
  const { createDockerCluster } = await import('../cluster/docker/docker-cluster.ts');
  const base = { kind: 'docker', create: createDockerCluster, reason: undefined } as const;
  const { prepareLabImages } = await import('../cluster/docker/images/lab-images.ts');
  await prepareLabImages(engine, say);
  if (image !== undefined) return { ...base, source: { kind: 'image', image }, name: 'image' };
  const { prepareNodeImage } = await import('../cluster/docker/images/node-image.ts');
  const reference = await prepareNodeImage(engine, say);
  return {
    ...base,
    source: { kind: 'image', image: reference, command: ['node', ...referenceFlags, `node/${entry}`] },
    name: mutant ?? 'reference',
  };
}
