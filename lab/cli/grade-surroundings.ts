/** Where a graded node runs: the grading's door to clusters, images and the lab's own node. */
import { clusterOf, type NodeUnderTest, type Surroundings } from '../grade/work/node-under-test.ts';
import { chooseCluster, type NodeChoice } from '../setup/choose-cluster.ts';
import { labCommand } from './lab-command.ts';
import { keepNodeRecord, nodeRecord } from '../setup/node-record.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The tag under which a submission's own image is kept: content decides, so that it is built once. */
const imageOf = (digest: string): string => `raft-lab/submission:${digest}`;

export const gradeSurroundings: Surroundings = {
  command: labCommand,

  choose(manifest, wish, directory, digest) {
    const cluster = clusterOf(manifest, wish) ?? wish;
    const { command, dockerfile, mutant } = manifest;
    if (cluster === 'process' && command !== undefined) return chosen({ cluster, cmd: command, directory });
    const image = dockerfile === undefined ? manifest.image : imageOf(digest);
    return chosen({ cluster, image, mutant });
  },

  reference: (cluster) => chosen({ cluster }),

  async buildImage(directory, dockerfile, digest, signal) {
    const { buildSubmissionImage } = await import('../cluster/docker/images/submission-image.ts');
    return buildSubmissionImage({ directory, dockerfile, tag: imageOf(digest), signal });
  },
};

async function chosen(choice: NodeChoice): Promise<NodeUnderTest> {
  const node = await chooseCluster(choice, say);
  const { cmd, image } = choice;
  const command = typeof cmd === 'object' ? cmd.join(' ') : cmd;
  return {
    ...node,
    name: command ?? image ?? node.name,
    keepRecord: (runDirectory) => keepNodeRecord(runDirectory, nodeRecord(choice, node, {})),
  };
}
