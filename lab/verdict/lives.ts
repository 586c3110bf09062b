/** When each node certainly ran: from the line that says it is up to the one that says it is going down, or that it ended. */
import type { HistoryEvent, NodeId } from '../history/history.ts';

export interface LifeSpan {
  readonly life: number;
  readonly fromNs: number;
  /** `Infinity` where nothing ended it. */
  readonly toNs: number;
}

export function lifeSpans(history: readonly HistoryEvent[]): ReadonlyMap<NodeId, readonly LifeSpan[]> {
  const spans = new Map<NodeId, LifeSpan[]>();
  const end = (node: NodeId, toNs: number): void => {
    const lives = spans.get(node);
    const last = lives?.pop();
    if (lives !== undefined && last !== undefined) lives.push({ ...last, toNs: Math.min(last.toNs, toNs) });
  };
  for (const event of history) {
    if (event.f === 'exit') end(event.node, event.time);
    if (event.f !== 'life') continue;
    end(event.node, event.time);
    if (event.value.state === 'down') continue;
    const lives = spans.get(event.node) ?? [];
    lives.push({ life: event.value.life, fromNs: event.time, toNs: Infinity });
    spans.set(event.node, lives);
  }
  return spans;
}
