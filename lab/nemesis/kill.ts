import type { Fault } from '../plan/plan.ts';
import type { Nemesis } from './nemesis.ts';
import { resolveNodes } from './targets.ts';

/** Restarts of several nodes begin this far apart, at most. */
const staggerMsMax = 250;

/** SIGKILL, all at the same moment; at the end the nodes come back on their own disks, in random order and one after another. */
export const kill: Nemesis<Extract<Fault, { kind: 'kill' }>> = {
  kind: 'kill',
  refuse: () => undefined,
  resolve: (fault, view, random) => resolveNodes(fault.target, view, random),
  async begin({ nodes }, { control }) {
    await Promise.all(nodes.map((node) => control.kill(node)));
    return undefined;
  },
  async end({ nodes }, { control, random, sleep }) {
    const starting: Promise<void>[] = [];
    for (const node of random.sample(nodes, nodes.length)) {
      if (starting.length > 0) await sleep(random.int(0, staggerMsMax));
      starting.push(control.start(node));
    }
    await Promise.all(starting);
  },
};
