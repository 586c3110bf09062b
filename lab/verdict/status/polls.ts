/** What the nodes said of themselves, node by node. */
import type { HistoryEvent, NodeId, Status } from '../../history/history.ts';
import { lifeSpans } from '../lives.ts';

/** One answer to `GET /status`. The picture it gives was true at some moment between the two times. */
export interface Poll {
  readonly index: number;
  readonly node: NodeId;
  readonly askedNs: number;
  readonly answeredNs: number;
  readonly status: Status;
  /**
   * The life that gave the answer, or undefined where that is not certain: a poll that was under way while the node went down or came up
   * may have been answered on either side of the restart.
   */
  readonly life: number | undefined;
}

/** The answers of each node, in the order in which they arrived. */
export function pollsByNode(history: readonly HistoryEvent[]): ReadonlyMap<NodeId, readonly Poll[]> {
  const lives = lifeSpans(history);
  const polls = new Map<NodeId, Poll[]>();
  for (const event of history) {
    if (event.f !== 'status') continue;
    const { asked, life, status } = event.value;
    const certain = lives
      .get(event.node)
      ?.some((span) => span.life === life && span.fromNs <= asked && event.time <= span.toNs);
    const poll: Poll = {
      index: event.index,
      node: event.node,
      askedNs: asked,
      answeredNs: event.time,
      status,
      life: certain === true ? life : undefined,
    };
    const list = polls.get(event.node);
    if (list === undefined) polls.set(event.node, [poll]);
    else list.push(poll);
  }
  return polls;
}
