import type { CreateCluster, NodeSource } from '../../cluster/cluster.ts';
import type { Manifest } from '../submission/submission.ts';
import type { ClusterWish } from './task.ts';

export interface NodeUnderTest {
  readonly kind: ClusterWish;
  readonly create: CreateCluster;
  readonly source: NodeSource;
  /** For people. */
  readonly name: string;
  /** Keeps in a run's folder what a replay of it needs to know. */
  keepRecord(runDirectory: string): Promise<void>;
}

/** What a worker needs of those who know the clusters and the command line. */
export interface Surroundings {
  /**
   * The node that a submission asks for, in the cluster where it can run.
   * @param directory where the submission was copied and built
   */
  choose(manifest: Manifest, wish: ClusterWish, directory: string, digest: string): Promise<NodeUnderTest>;
  /** Builds the image of a submission that has a Dockerfile; resolves with why that failed, if it did. */
  buildImage(
    directory: string,
    dockerfile: string,
    digest: string,
    signal: AbortSignal,
  ): Promise<{ readonly problem: string | undefined; readonly output: string }>;
  /** The lab's own node, to calibrate by. */
  reference(wish: ClusterWish): Promise<NodeUnderTest>;
  /** How the lab is called, in the commands that evidence names. */
  readonly command: string;
}

/** Where a submission can run: in the cluster that is asked for, or else in the one that it is made for; undefined where it is made for neither. */
export function clusterOf(manifest: Manifest, wish: ClusterWish): ClusterWish | undefined {
  const { command, image, dockerfile, reference, mutant } = manifest;
  if (reference === true || mutant !== undefined) return wish;
  const contained = image !== undefined || dockerfile !== undefined;
  if (wish === 'docker') return contained ? 'docker' : undefined;
  return command === undefined ? 'docker' : 'process';
}
