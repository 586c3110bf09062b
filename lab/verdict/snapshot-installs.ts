import type { NodeId } from '../history/history.ts';
import type { Run } from './property.ts';

/** How often nodes said that a snapshot brought them up to date: in all, and those outside the first configuration. */
export function snapshotInstalls({ plan, history }: Run): (readonly [name: string, seen: number])[] {
  // The count begins anew with each life.
  const most = new Map<string, { readonly node: NodeId; readonly installs: number }>();
  for (const event of history) {
    if (event.f !== 'status') continue;
    const name = `${event.node} ${event.value.life}`;
    const installs = event.value.status.snapshotsInstalled ?? 0;
    if (installs > (most.get(name)?.installs ?? 0)) most.set(name, { node: event.node, installs });
  }
  const count = (counts: (node: NodeId) => boolean): number =>
    [...most.values()].filter(({ node }) => counts(node)).reduce((sum, { installs }) => sum + installs, 0);
  return [
    ['snapshot-installs', count(() => true)],
    ['snapshot-installs:joiner', count((node) => !plan.voters.includes(node))],
  ];
}
