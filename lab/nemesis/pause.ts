import type { Fault } from '../plan/plan.ts';
import type { Nemesis } from './nemesis.ts';
import { resolveNodes } from './targets.ts';

/** The targets stand still, with their connections open, and go on later as if no time had passed. */
export const pause: Nemesis<Extract<Fault, { kind: 'pause' }>> = {
  kind: 'pause',
  refuse: () => undefined,
  resolve: (fault, view, random) => resolveNodes(fault.target, view, random),
  async begin({ nodes }, { control }) {
    await Promise.all(nodes.map((node) => control.pause(node)));
    return undefined;
  },
  async end({ nodes }, { control }) {
    await Promise.all(nodes.map((node) => control.resume(node)));
  },
};
