import type { Fault } from './plan.ts';

/** Whether a fault takes something away from the nodes. What the lab asks for as the cluster's operator takes nothing: they go on serving. */
export function disturbs({ kind }: Fault): boolean {
  return kind !== 'membership' && kind !== 'snapshot' && kind !== 'transfer';
}
