/** What a test says about the node and where it runs. */
import type { NodeChoice } from '../setup/choose-cluster.ts';
import { usage } from '../setup/options.ts';

/** Which node runs where. With none of `command`, `image` and `mutant` it is the reference node. */
export interface NodeSettings {
  /** Default `auto`: containers where a container engine answers, processes otherwise. */
  readonly cluster?: 'process' | 'docker' | 'auto';
  /** A command line, or an argv; run without a shell, in the working directory of the tests. */
  readonly command?: string | readonly [string, ...string[]];
  readonly image?: string;
  /** The reference node with one broken rule, such as `stale-reads`: to see a test fail. */
  readonly mutant?: string;
  /** Additional environment of every node. */
  readonly env?: Readonly<Record<string, string>>;
  /** Decides the requests, and who is drawn where a target is random; drawn if not given. */
  readonly seed?: number;
  /** Where runs are kept. Default `store`. */
  readonly out?: string;
  /** Whether a run goes on after an answer that no order explains. Default false: it heals and stops there. */
  readonly keepGoing?: boolean;
}

/** @throws LabError `usage` where the settings contradict each other */
export function choiceFrom({ cluster = 'auto', command, image, mutant }: NodeSettings): NodeChoice {
  const named = Object.entries({ command, image, mutant }).filter(([, value]) => value !== undefined);
  if (named.length > 1)
    throw usage(`${named.map(([name]) => name).join(' and ')} each name the node; give one of them.`);
  if (command !== undefined && cluster === 'docker')
    throw usage(
      "command is run on this machine: give cluster: 'process', or build an image and give image instead.",
    );
  if (image !== undefined && cluster === 'process')
    throw usage("image needs containers: give cluster: 'docker', or command instead.");
  return { cluster, cmd: command, image, mutant };
}
