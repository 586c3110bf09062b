/** What a node answers with success has the shape that the contract words: a bad answer cannot be believed, and is a failure of its own. */
import type { HistoryEvent, NodeId } from '../history/history.ts';
import { lifeSpans, type LifeSpan } from './lives.ts';
import { firstEvidence, type Property } from './property.ts';
import { nsPerMs, seconds } from './words.ts';

const name = 'answers';
/** How much of a bad body is shown. */
const bodyCharactersMax = 300;

type BadAnswer = Extract<HistoryEvent, { f: 'bad-status' | 'bad-answer' }>;

export const answers: Property = ({ plan, history }) => {
  const lives = lifeSpans(history);
  const disturbed = disturbedDoors(history);
  const withinNs = plan.requestTimeoutMs * nsPerMs;
  const bad = history
    .filter((event): event is BadAnswer => event.f === 'bad-status' || event.f === 'bad-answer')
    // An answer without a length looks whole when the node is killed, or the link cut, in the middle of it: that is the lab's doing.
    .filter((event) => isUp(lives, event))
    .filter(
      (event) =>
        event.f === 'bad-status' ||
        !disturbed.some(
          (span) =>
            span.nodes.has(event.node) && span.fromNs <= event.time && span.toNs >= event.time - withinNs,
        ),
    );
  const evidence = bad.map((event) => ({
    summary:
      event.f === 'bad-status'
        ? `Expected ${event.node} to answer GET /status as the contract words it, but at ${seconds(event.time)}: ${event.value.problem}.`
        : `Expected ${event.node} to answer ${event.value.request} as the contract words it, but at ${seconds(event.time)}: ${event.value.problem}.`,
    events: [event.index],
    details: [`it answered: ${event.value.body.slice(0, bodyCharactersMax)}`],
  }));
  return {
    name,
    verdict: evidence.length > 0 ? 'fail' : 'pass',
    concern: 'safety',
    evidence: firstEvidence(evidence),
  };
};

function isUp(lives: ReadonlyMap<NodeId, readonly LifeSpan[]>, event: BadAnswer): boolean {
  return lives.get(event.node)?.some((span) => span.fromNs <= event.time && event.time <= span.toNs) === true;
}

interface DisturbedDoors {
  readonly nodes: ReadonlySet<NodeId>;
  readonly fromNs: number;
  readonly toNs: number;
}

/** When the lab disturbed the links between clients and nodes. */
function disturbedDoors(history: readonly HistoryEvent[]): DisturbedDoors[] {
  const steps = new Map<string, { nodes: Set<NodeId>; fromNs: number; toNs: number }>();
  for (const event of history) {
    if (event.process !== 'nemesis') continue;
    const { step, stage, rules } = event.value;
    const span = steps.get(step) ?? { nodes: new Set<NodeId>(), fromNs: event.time, toNs: Infinity };
    steps.set(step, span);
    if (stage === 'over' || stage === 'skipped') span.toNs = event.time;
    for (const { flow } of rules) {
      if (flow.from === 'clients') span.nodes.add(flow.to);
      if (flow.to === 'clients') span.nodes.add(flow.from);
    }
  }
  return [...steps.values()];
}
