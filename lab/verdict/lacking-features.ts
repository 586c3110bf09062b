import type { HistoryEvent } from '../history/history.ts';
import type { Run } from './property.ts';

/** Which features each kind of need depends on, by how its name begins. */
const dependsOn: readonly (readonly [beginning: string, features: readonly string[]])[] = [
  ['fault:membership', ['membership']],
  ['change:joint', ['membership', 'joint']],
  ['change:', ['membership']],
  ['fault:fall-behind', ['snapshot']],
  ['fault:snapshot', ['snapshot']],
  ['fault:transfer', ['transfer']],
  ['snapshot-installs:joiner', ['snapshot', 'membership']],
  ['snapshot-installs', ['snapshot']],
];

/** Why a need cannot be met by these nodes, or undefined where they list every feature that it takes, or never said what they list. */
export function lackingFor({ history }: Run, need: string): string | undefined {
  const needed = dependsOn.find(([beginning]) => need.startsWith(beginning))?.[1] ?? [];
  const listed = listedFeatures(history);
  if (listed === undefined) return undefined;
  const absent = needed.find((feature) => !listed.has(feature));
  if (absent !== undefined) return `no node lists the feature "${absent}"`;
  const counts = (event: HistoryEvent): boolean =>
    event.f === 'status' && event.value.status.snapshotsInstalled !== undefined;
  if (need.startsWith('snapshot-installs') && !history.some(counts))
    return 'the status of no node has snapshotsInstalled';
  return undefined;
}

/** What any node ever listed; undefined where none was heard. */
export function listedFeatures(history: readonly HistoryEvent[]): ReadonlySet<string> | undefined {
  const listed = new Set<string>();
  let isHeard = false;
  for (const event of history) {
    if (event.f !== 'status') continue;
    isHeard = true;
    for (const feature of event.value.status.features) listed.add(feature);
  }
  return isHeard ? listed : undefined;
}
