/** How rules on flows become toxics on directed proxies. Pure. */
import type { CutKind, Flow, LinkEffect, LinkRule, NodeId } from './links.ts';

/** A proxy through which `from` (a node, `clients`, or another name for a side that no rule speaks of) dials the node `to`. */
export interface DirectedProxy {
  readonly name: string;
  readonly from: string;
  readonly to: NodeId;
  readonly listen: string;
  readonly upstream: string;
}

export interface ToxicPlacement {
  readonly from: string;
  readonly to: NodeId;
  readonly stream: 'upstream' | 'downstream';
  readonly type: 'latency' | 'bandwidth' | 'timeout' | 'reset_peer' | 'slicer';
  readonly attributes: Readonly<Record<string, number>>;
}

/** The latency of a `hold`: longer than any cut (11 days), yet a time that every timer can wait. */
const holdMs = 1_000_000_000;

/**
 * The bytes of a flow travel upstream on connections that its beginning dialled and downstream on those that its end dialled; so a rule is two toxics, one on each
 * of the two proxies between the ends. Clients are never dialled: there it is one.
 */
export function toxicsOf({ flow, effect }: LinkRule): ToxicPlacement[] {
  const upstream = { from: flow.from, to: flow.to, stream: 'upstream', ...onOwnDials(effect) } as const;
  const downstream = { from: flow.to, to: flow.from, stream: 'downstream', ...onAnswers(flow, effect) } as const;
  if (flow.from === 'clients') return [upstream];
  if (flow.to === 'clients') return [downstream];
  return [upstream, downstream];
}

type Work = Pick<ToxicPlacement, 'type' | 'attributes'>;

function onOwnDials(effect: LinkEffect): Work {
  switch (effect.kind) {
    case 'close':
    case 'black-hole':
    case 'hold':
      return cut(effect.kind);
    case 'latency':
      return { type: 'latency', attributes: { latency: effect.latencyMs, jitter: effect.jitterMs } };
    case 'bandwidth':
      return { type: 'bandwidth', attributes: { rate: effect.kilobytesPerSecond } };
    case 'slicer':
      return {
        type: 'slicer',
        attributes: {
          average_size: effect.averageBytes,
          // Toxiproxy crashes, with all its proxies, when the variation exceeds the average.
          size_variation: Math.min(effect.variationBytes, effect.averageBytes - 1),
          delay: effect.delayUs,
        },
      };
    case 'reset':
      return { type: 'reset_peer', attributes: { timeout: effect.afterMs } };
  }
}

/**
 * On connections that the flow's end dialled. A one-way `close` between nodes must not end these, or the end's own requests would be cut as well: the answers
 * are lost instead.
 */
function onAnswers(flow: Flow, effect: LinkEffect): Work {
  return effect.kind === 'close' && flow.to !== 'clients' ? cut('black-hole') : onOwnDials(effect);
}

function cut(kind: CutKind): Work {
  switch (kind) {
    case 'close':
      return { type: 'reset_peer', attributes: { timeout: 0 } };
    case 'black-hole':
      return { type: 'timeout', attributes: { timeout: 0 } };
    case 'hold':
      return { type: 'latency', attributes: { latency: holdMs, jitter: 0 } };
  }
}
