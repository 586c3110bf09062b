/** Once the cluster is quiet, voters that have applied equally far have applied the same (Raft §5.4.3, State Machine Safety). */
import type { NodeId } from '../../history/history.ts';
import { pairOperations } from '../../history/operations.ts';
import { finalVoters } from '../configurations-at.ts';
import { phaseSpan } from '../phases.ts';
import type { Evidence, Run } from '../property.ts';
import { seconds } from '../words.ts';
import type { Poll } from './polls.ts';

export function differentHashes(run: Run, polls: ReadonlyMap<NodeId, readonly Poll[]>): Evidence[] {
  const first = new Map<number, Poll>();
  const evidence: Evidence[] = [];
  for (const poll of quietPolls(run, polls)) {
    const { appliedIndex, appliedHash } = poll.status;
    if (appliedIndex === undefined || appliedHash === undefined) continue;
    const other = first.get(appliedIndex);
    if (other === undefined) first.set(appliedIndex, poll);
    else if (other.status.appliedHash !== appliedHash) evidence.push(differ(other, poll, appliedIndex));
  }
  return evidence;
}

function differ(one: Poll, other: Poll, appliedIndex: number): Evidence {
  return {
    summary:
      `Expected equal hashes at equal appliedIndex, but having applied ${appliedIndex} entries ${one.node} had ${one.status.appliedHash} ` +
      `(at ${seconds(one.answeredNs)}) and ${other.node} had ${other.status.appliedHash} (at ${seconds(other.answeredNs)}): ` +
      `they have not applied the same entries.`,
    events: [one.index, other.index].toSorted((a, b) => a - b),
  };
}

/** On a pass: how much there was to compare, since a comparison of nothing never fails. */
export function comparedHashes(run: Run, polls: ReadonlyMap<NodeId, readonly Poll[]>): Evidence {
  const nodesAt = new Map<number, Set<NodeId>>();
  for (const { node, status } of quietPolls(run, polls)) {
    const { appliedIndex, appliedHash } = status;
    if (appliedIndex === undefined || appliedHash === undefined) continue;
    nodesAt.set(appliedIndex, (nodesAt.get(appliedIndex) ?? new Set()).add(node));
  }
  const most = Math.max(0, ...[...nodesAt.values()].map((nodes) => nodes.size));
  const summary =
    most > 1
      ? `Applied hashes agreed between up to ${most} voters at quiet.`
      : 'No two voters told their applied hash at the same index while it was quiet, so none were compared.';
  return { summary, events: [] };
}

/** The voters' answers after healing, while no client had an operation open and nobody was cut off. */
export function quietPolls(run: Run, polls: ReadonlyMap<NodeId, readonly Poll[]>): Poll[] {
  const { history } = run;
  const healed = phaseSpan(history, 'recover')?.fromNs;
  if (healed === undefined) return [];
  const until = phaseSpan(history, 'stop')?.fromNs ?? Infinity;
  const busy = [
    ...pairOperations(history)
      .filter((operation) => operation.endNs > healed)
      .map(({ startNs, endNs }) => ({ fromNs: startNs, toNs: endNs })),
    ...cutOffs(run),
  ];
  return finalVoters(run)
    .flatMap((voter) => polls.get(voter) ?? [])
    .filter((poll) => poll.askedNs >= healed && poll.answeredNs <= until)
    .filter((poll) => !busy.some((span) => span.fromNs <= poll.answeredNs && span.toNs >= poll.askedNs));
}

function cutOffs({ history }: Run): { readonly fromNs: number; readonly toNs: number }[] {
  const lines = history.filter((event) => event.f === 'cut-off');
  return lines.flatMap((line, at) =>
    line.value.cut.length === 0 ? [] : [{ fromNs: line.time, toNs: lines[at + 1]?.time ?? Infinity }],
  );
}
