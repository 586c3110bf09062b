import type { NodeId } from '../history/history.ts';
import type { Resolution, View } from './nemesis.ts';

export type Feature = 'idempotency' | 'membership' | 'joint' | 'snapshot' | 'transfer';

/** Why a fault that needs a feature of the nodes is left out, or undefined where each of them lists it. */
export function lacking(view: View, nodes: readonly NodeId[], feature: Feature): Resolution | undefined {
  const unheard = nodes.filter((node) => view.status(node) === undefined);
  const without = nodes.filter((node) => view.status(node)?.features.includes(feature) === false);
  if (without.length > 0)
    return {
      kind: 'skipped',
      reason: `${without.join(', ')} does not list the feature "${feature}"`,
      isFinal: true,
    };
  return unheard.length > 0 ? { kind: 'skipped', reason: `${unheard.join(', ')} is silent` } : undefined;
}
