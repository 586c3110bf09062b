import type { Flow, NodeId } from '../links/links.ts';
import type { Fault } from '../plan/plan.ts';
import { linkFault } from './link-fault.ts';
import type { Nemesis } from './nemesis.ts';
import { resolveTarget } from './targets.ts';

type ClientLinkFault = Extract<Fault, { kind: 'lost-requests' | 'lost-answers' }>;

function clientLinks<F extends ClientLinkFault>(kind: F['kind'], flow: (node: NodeId) => Flow): Nemesis<F> {
  return linkFault<F>(kind, {
    refuse: () => undefined,
    resolve(fault, view, random) {
      const nodes = resolveTarget(fault.target, view, random);
      return 'skipped' in nodes ? nodes : { nodes, flows: nodes.map(flow) };
    },
    effect: (fault) => ({ kind: fault.cut }),
  });
}

/** What clients send to the targets does not arrive; with `hold`, it arrives when its sender has long given up. */
export const lostRequests = clientLinks<Extract<Fault, { kind: 'lost-requests' }>>(
  'lost-requests',
  (node) => ({
    from: 'clients',
    to: node,
  }),
);

/** The targets do what clients ask, and the clients never hear of it: without this, exactly-once is not tested. */
export const lostAnswers = clientLinks<Extract<Fault, { kind: 'lost-answers' }>>('lost-answers', (node) => ({
  from: node,
  to: 'clients',
}));
