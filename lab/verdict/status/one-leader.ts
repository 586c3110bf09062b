/** At most one leader in a term (Raft §5.2, Election Safety). */
import type { NodeId } from '../../history/history.ts';
import type { Evidence } from '../property.ts';
import { listed, seconds } from '../words.ts';
import type { Poll } from './polls.ts';

/**
 * A claim to lead: two consecutive answers of one life that agree on role and term. One answer alone does not count, so that a node that is
 * just changing its role is not held to a word it spoke in between.
 */
export interface Claim {
  readonly node: NodeId;
  readonly term: number;
  readonly first: Poll;
  readonly second: Poll;
}

/** The first claim of each node to each term. */
export function claims(polls: ReadonlyMap<NodeId, readonly Poll[]>): Claim[] {
  const found: Claim[] = [];
  for (const [node, answers] of polls) {
    const terms = new Set<number>();
    let previous: Poll | undefined;
    for (const answer of answers) {
      const first = previous;
      previous = answer;
      if (first === undefined || !agree(first, answer) || terms.has(answer.status.term)) continue;
      terms.add(answer.status.term);
      found.push({ node, term: answer.status.term, first, second: answer });
    }
  }
  return found;
}

function agree(first: Poll, second: Poll): boolean {
  return (
    first.life !== undefined &&
    first.life === second.life &&
    first.status.role === 'leader' &&
    second.status.role === 'leader' &&
    first.status.term === second.status.term
  );
}

/** One piece of evidence for each term that two nodes claimed. */
export function twoLeaders(polls: ReadonlyMap<NodeId, readonly Poll[]>): Evidence[] {
  const byTerm = Map.groupBy(claims(polls), (claim) => claim.term);
  const evidence: Evidence[] = [];
  for (const [term, rivals] of byTerm) {
    if (rivals.length < 2) continue;
    const said = rivals.map(
      ({ node, first, second }) =>
        `${node} said so at ${seconds(first.answeredNs)} and ${seconds(second.answeredNs)}`,
    );
    evidence.push({
      summary: `Expected at most one leader in a term, but ${listed(rivals.map((claim) => claim.node))} all claimed to lead term ${term}: ${listed(said)}.`,
      events: rivals.flatMap(({ first, second }) => [first.index, second.index]).toSorted((a, b) => a - b),
    });
  }
  return evidence;
}
