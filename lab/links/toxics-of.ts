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

/** One toxic, without its name and place. */
export interface ToxicBody {
  readonly type: 'latency' | 'bandwidth' | 'timeout' | 'reset_peer' | 'slicer';
  readonly attributes: Readonly<Record<string, number>>;
}

/** What goes on one stream of one proxy; the toxics are added in this order. */
export interface ToxicPlacement {
  readonly from: string;
  readonly to: NodeId;
  readonly stream: 'upstream' | 'downstream';
  readonly toxics: readonly ToxicBody[];
}

/** The latency of a `hold`: longer than any cut (11 days), yet a time that every timer can wait. */
const holdMs = 1_000_000_000;

/**
 * The bytes of a flow travel upstream on connections that its beginning dialled and downstream on those that its end dialled; so a rule is two toxics, one on each
 * of the two proxies between the ends. Clients are never dialled: there it is one.
 */
export function toxicsOf({ flow, effect }: LinkRule): ToxicPlacement[] {
  const upstream = { from: flow.from, to: flow.to, stream: 'upstream', toxics: onOwnDials(effect) } as const;
  const downstream = {
    from: flow.to,
    to: flow.from,
    stream: 'downstream',
    toxics: onAnswers(flow, effect),
  } as const;
  if (flow.from === 'clients') return [upstream];
  if (flow.to === 'clients') return [downstream];
  return [upstream, downstream];
}

function onOwnDials(effect: LinkEffect): ToxicBody[] {
  switch (effect.kind) {
    case 'close':
    case 'black-hole':
    case 'hold':
      return [cut(effect.kind)];
    case 'latency':
      return [latency(effect.latencyMs, effect.jitterMs)];
    case 'bandwidth':
      return [{ type: 'bandwidth', attributes: { rate: effect.kilobytesPerSecond } }];
    case 'slicer':
      return [slicer(effect)];
    case 'reset':
      return effect.afterMs === 0 ? [cut('close')] : [latency(effect.afterMs, 0), cut('close')];
  }
}

/**
 * On connections that the flow's end dialled. A one-way `close` between nodes must not end these, or the end's own requests would be cut as well: the answers
 * are lost instead.
 */
function onAnswers(flow: Flow, effect: LinkEffect): ToxicBody[] {
  return effect.kind === 'close' && flow.to !== 'clients' ? [cut('black-hole')] : onOwnDials(effect);
}

function cut(kind: CutKind): ToxicBody {
  switch (kind) {
    case 'close':
      // A delayed reset has a latency before it instead of a `timeout` of its own, which Toxiproxy cannot break off: it would not answer the removal,
      // nor accept a connection, until the time is over.
      return { type: 'reset_peer', attributes: { timeout: 0 } };
    case 'black-hole':
      return { type: 'timeout', attributes: { timeout: 0 } };
    case 'hold':
      return latency(holdMs, 0);
  }
}

function latency(latencyMs: number, jitterMs: number): ToxicBody {
  return { type: 'latency', attributes: { latency: latencyMs, jitter: jitterMs } };
}

function slicer({
  averageBytes,
  variationBytes,
  delayUs,
}: Extract<LinkEffect, { kind: 'slicer' }>): ToxicBody {
  // Toxiproxy crashes, with all its proxies, when the variation exceeds the average.
  const size_variation = Math.min(variationBytes, averageBytes - 1);
  return { type: 'slicer', attributes: { average_size: averageBytes, size_variation, delay: delayUs } };
}
