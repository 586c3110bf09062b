/** Once the cluster is quiet, voters that have applied equally far know the same configuration. */
import type { NodeId } from '../../history/history.ts';
import { finalConfigurations } from '../configurations-at.ts';
import type { Evidence, Run } from '../property.ts';
import { listed, seconds } from '../words.ts';
import { quietPolls } from './equal-hashes.ts';
import type { Poll } from './polls.ts';

export function differentConfigurations(run: Run, polls: ReadonlyMap<NodeId, readonly Poll[]>): Evidence[] {
  // While a change may still come about, nobody can be asked to know of it.
  if (finalConfigurations(run).length > 1) return [];
  const last = new Map<NodeId, Poll>();
  for (const poll of quietPolls(run, polls)) last.set(poll.node, poll);
  const told = [...last.values()].filter(({ status }) => status.configIndex !== undefined);
  const [first, ...others] = told;
  if (first === undefined) return [];
  return others
    .filter(
      ({ status }) =>
        status.appliedIndex === first.status.appliedIndex && nameOf(status) !== nameOf(first.status),
    )
    .map((other) => ({
      summary: `Expected voters that have applied the same ${first.status.appliedIndex ?? ''} entries to know the same configuration, but ${said(first)}, and ${said(other)}.`,
      events: [first.index, other.index].toSorted((a, b) => a - b),
    }));
}

function nameOf({ voters = [], learners = [], configIndex }: Poll['status']): string {
  return `${voters.toSorted().join('+')}/${learners.toSorted().join('+')}@${configIndex ?? ''}`;
}

function said({ node, answeredNs, status }: Poll): string {
  const { voters = [], learners = [], configIndex } = status;
  return `${node} said at ${seconds(answeredNs)}: voters ${listed(voters)}, learners ${listed(learners)}, at index ${configIndex ?? 'unknown'}`;
}
