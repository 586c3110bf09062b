import type { Random } from '@raft-lab/workloads';
import type { Flow, LinkEffect, NodeId } from '../links/links.ts';
import type { Fault } from '../plan/plan.ts';
import type { Nemesis, View } from './nemesis.ts';

interface LinkFaultRules<F extends Fault> {
  readonly refuse: (fault: F, size: number) => string | undefined;
  /** Whom it concerns and which flows, or why there is nothing to do. */
  resolve(
    fault: F,
    view: View,
    random: Random,
  ): { nodes: readonly NodeId[]; flows: readonly Flow[] } | { skipped: string };
  effect(fault: F): LinkEffect;
}

/** A fault that is wholly a matter of links: imposed under the step's name, lifted by it. */
export function linkFault<F extends Fault>(kind: F['kind'], rules: LinkFaultRules<F>): Nemesis<F> {
  return {
    kind,
    refuse: rules.refuse,
    resolve(fault, view, random) {
      const found = rules.resolve(fault, view, random);
      if ('skipped' in found) return { kind: 'skipped', reason: found.skipped };
      const effect = rules.effect(fault);
      return { kind: 'resolved', nodes: found.nodes, rules: found.flows.map((flow) => ({ flow, effect })) };
    },
    async begin({ step, rules: imposed }, { links }) {
      await links.impose(step, imposed);
      return undefined;
    },
    end: ({ step }, { links }) => links.lift(step),
  };
}
