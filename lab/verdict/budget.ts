/** Bytes per node: a generous bound that a node breaks only when it sends again and again what its peers already have. */
import type { NodeId } from '../history/history.ts';
import { pairOperations } from '../history/operations.ts';
import { lastNs } from './phases.ts';
import { firstEvidence, type Concern, type Property, type Run } from './property.ts';

const name = 'budget';
const concern: Concern = 'safety';
/** Room for each operation, at each node: some hundred times what an entry of this workload and its acknowledgement need. */
const bytesPerOperation = 32 * 1_024;
/** Room for heartbeats, elections and idle chatter, at each node. */
const bytesPerSecond = 64 * 1_024;

export const budget: Property = (run) => {
  const sent = peerBytesSent(run);
  if (sent === undefined)
    return {
      name,
      verdict: 'undecided',
      concern,
      evidence: [
        {
          summary: 'The lab recorded no usage, so the bytes are not known. A whole run would decide it.',
          events: [],
        },
      ],
    };
  if (sent.bytes.size === 0)
    return { name, notJudged: 'this cluster does not count the bytes between nodes' };
  const answered = pairOperations(run.history).filter(({ outcome }) => outcome === 'ok').length;
  const lastedSeconds = lastNs(run.history) / 1e9;
  const bound = answered * bytesPerOperation + lastedSeconds * bytesPerSecond;
  const tell = ([node, bytes]: readonly [NodeId, number]): string =>
    `${node} sent ${kibibytes(bytes)} KiB to its peers, ${answered === 0 ? 'without one answered operation' : `${Math.round(bytes / answered)} bytes for each of ${answered} answered operations`}`;
  const over = [...sent.bytes].filter(([, bytes]) => bytes > bound);
  if (over.length > 0)
    return {
      name,
      verdict: 'fail',
      concern,
      evidence: firstEvidence(
        over.map((one) => ({
          summary: `Expected at most ${kibibytes(bound)} KiB (${bytesPerOperation} bytes an operation and ${bytesPerSecond} a second), but ${tell(one)}.`,
          events: [sent.index],
        })),
      ),
    };
  const most = [...sent.bytes].reduce((a, b) => (b[1] > a[1] ? b : a));
  return { name, verdict: 'pass', concern, evidence: [{ summary: `${tell(most)}.`, events: [sent.index] }] };
};

/** What each node has sent in all, and the line that told last. A counter that falls has begun anew with its node. */
export function peerBytesSent({
  history,
}: Run): { readonly bytes: ReadonlyMap<NodeId, number>; readonly index: number } | undefined {
  const bytes = new Map<NodeId, number>();
  const counters = new Map<NodeId, number>();
  let index: number | undefined;
  for (const event of history) {
    if (event.f !== 'usage') continue;
    index = event.index;
    for (const [node, counter] of Object.entries(event.value.peerBytesSent)) {
      const before = counters.get(node) ?? 0;
      bytes.set(node, (bytes.get(node) ?? 0) + (counter >= before ? counter - before : counter));
      counters.set(node, counter);
    }
  }
  return index === undefined ? undefined : { bytes, index };
}

function kibibytes(bytes: number): number {
  return Math.round(bytes / 1_024);
}
