/** A new voter serves: it applies what was committed when it joined, as soon as nothing stands in its way for long enough. */
import type { NodeId } from '../../history/history.ts';
import { lagEvidence } from '../lag.ts';
import type { Run } from '../property.ts';
import { pollsByNode, type Poll } from '../status/polls.ts';
import { seconds } from '../words.ts';
import { settledStretches, type SettledCalm } from './calm.ts';
import { committedChanges } from './changes.ts';
import { graceNs, type Owed } from './owed.ts';

export function idleJoiners(run: Run): Owed[] {
  const polls = pollsByNode(run.history);
  const stretches = settledStretches(run);
  const needed = graceNs(run);
  return joins(run).flatMap(({ node, atNs }) => {
    const stretch = stretches.find(
      (calm) =>
        calm.configuration.voters.includes(node) &&
        calm.nodes.includes(node) &&
        calm.toNs - Math.max(calm.fromNs, atNs) >= needed,
    );
    return stretch === undefined ? [] : judge(run, node, atNs, stretch, polls);
  });
}

function joins({ history }: Run): { readonly node: NodeId; readonly atNs: number }[] {
  return committedChanges(history).flatMap(({ come, toNs }) => come.map((node) => ({ node, atNs: toNs })));
}

function judge(
  run: Run,
  node: NodeId,
  atNs: number,
  stretch: SettledCalm,
  polls: ReadonlyMap<NodeId, readonly Poll[]>,
): Owed[] {
  const committed = Math.max(
    0,
    ...[...polls.values()]
      .flat()
      .filter(({ answeredNs }) => answeredNs <= atNs)
      .map(({ status }) => status.commitIndex ?? 0),
  );
  const mine = (polls.get(node) ?? []).filter(
    ({ askedNs, answeredNs }) => askedNs >= atNs && answeredNs <= stretch.toNs,
  );
  const last = mine.at(-1);
  if (last?.status.appliedIndex === undefined) return [];
  if (mine.some(({ status }) => (status.appliedIndex ?? 0) >= committed)) return [];
  const summary =
    `Expected ${node}, a voter since ${seconds(atNs)}, to apply what was committed then (index ${committed}), but at ${seconds(last.answeredNs)}, ` +
    `after ${seconds(stretch.toNs - Math.max(stretch.fromNs, atNs))} in which nothing stood in its way, it had applied ${last.status.appliedIndex}.`;
  const lag = lagEvidence(run.history, Math.max(stretch.fromNs, atNs), stretch.toNs);
  if (lag !== undefined)
    return [{ verdict: 'undecided', evidence: { ...lag, summary: `${summary} ${lag.summary}` } }];
  return [{ verdict: 'fail', evidence: { summary, events: [last.index] } }];
}
