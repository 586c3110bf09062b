/** Where a graded node runs: the grading's door to clusters, images and the lab's own node. */
import { createProcessCluster } from '../cluster/process/process-cluster.ts';
import type { NodeUnderTest, Surroundings } from '../grade/work/node-under-test.ts';
import { clusterOf } from '../grade/work/node-under-test.ts';
import { chooseCluster, type NodeChoice } from './choose-cluster.ts';
import { labCommand } from './lab-command.ts';
import { commandLine } from './options.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The tag under which a submission's own image is kept: content decides, so that it is built once. */
const imageOf = (digest: string): string => `raft-lab/submission:${digest}`;

export const gradeSurroundings: Surroundings = {
  command: labCommand,

  async choose({ command, image, dockerfile, mutant, ...manifest }, wish, directory, digest) {
    const cluster = clusterOf({ command, image, dockerfile, mutant, ...manifest }, wish) ?? wish;
    if (cluster === 'process' && command !== undefined) {
      const argv: readonly [string, ...string[]] =
        typeof command === 'string' ? commandLine(command) : command;
      return {
        kind: 'process',
        create: createProcessCluster,
        source: { kind: 'command', argv, directory },
        name: argv.join(' '),
      };
    }
    const tag = dockerfile === undefined ? image : imageOf(digest);
    return chosen({ cluster, mutant, ...(tag === undefined ? {} : { image: tag }) });
  },

  reference: (cluster) => chosen({ cluster }),

  async buildImage(directory, dockerfile, digest, signal) {
    const { buildSubmissionImage } = await import('../cluster/docker/images/submission-image.ts');
    return buildSubmissionImage({ directory, dockerfile, tag: imageOf(digest), signal });
  },
};

async function chosen(choice: NodeChoice): Promise<NodeUnderTest> {
  const { kind, create, source, name } = await chooseCluster(choice, say);
  if (kind === 'sim') throw new TypeError('no submission runs in the simulator');
  return { kind, create, source, name: choice.image ?? name };
}
