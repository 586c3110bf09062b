/** What each node was over time, from what it said of itself and what the lab did to it. */
import type { HistoryEvent, NodeId, Status } from '../history/history.ts';
import { stepsInForce } from '../verdict/coverage.ts';
import { lifeSpans } from '../verdict/lives.ts';
import { lastNs } from '../verdict/phases.ts';
import type { Run } from '../verdict/property.ts';
import { pollsByNode, type Poll } from '../verdict/status/polls.ts';

export interface NodeBand {
  readonly state: Status['role'] | 'down' | 'paused';
  readonly term: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** A node that has not answered for so long is shown as silent. */
const silentAfterNs = 1_500_000_000;
const shownAfterLastAnswerNs = 150_000_000;

/** Bands that come later lie on top: being down or paused hides what the node said last. */
export function nodeBands(run: Run): ReadonlyMap<NodeId, readonly NodeBand[]> {
  const polls = pollsByNode(run.history);
  const endNs = lastNs(run.history);
  const pauses = stepsInForce(run).filter(({ fault }) => fault.kind === 'pause');
  return new Map(
    run.plan.nodes.map((node) => [
      node,
      [
        ...roleBands(polls.get(node) ?? [], endNs),
        ...pauses
          .filter(({ nodes }) => nodes.includes(node))
          .map(({ fromNs, toNs }): NodeBand => ({ state: 'paused', term: 0, fromNs, toNs })),
        ...downBands(run.history, node, endNs),
      ],
    ]),
  );
}

function roleBands(polls: readonly Poll[], endNs: number): NodeBand[] {
  const bands: NodeBand[] = [];
  polls.forEach(({ status, answeredNs }, at) => {
    const nextNs = polls[at + 1]?.answeredNs ?? endNs;
    const toNs = nextNs - answeredNs > silentAfterNs ? answeredNs + shownAfterLastAnswerNs : nextNs;
    const last = bands.at(-1);
    if (last?.state === status.role && last.term === status.term && last.toNs === answeredNs)
      bands[bands.length - 1] = { ...last, toNs };
    else bands.push({ state: status.role, term: status.term, fromNs: answeredNs, toNs });
  });
  return bands;
}

function downBands(history: readonly HistoryEvent[], node: NodeId, endNs: number): NodeBand[] {
  const lives = lifeSpans(history).get(node) ?? [];
  return lives.flatMap((life, at): NodeBand[] => {
    const upNs = lives[at + 1]?.fromNs ?? endNs;
    return life.toNs >= upNs ? [] : [{ state: 'down', term: 0, fromNs: life.toNs, toNs: upNs }];
  });
}
