/** Who takes part, as an immutable value. The core holds the one in force; entries and snapshots carry others. */
import type { LogIndex, NodeId } from './entry.ts';

export interface Configuration {
  /** Of one in force, the place in the log that it comes from, the same at every node, whether it read the log or was sent a snapshot; 0 for the first one. */
  readonly index: LogIndex;
  /** Those whose majority elects and commits. Empty on a node that waits to be added. */
  readonly voters: readonly NodeId[];
  /** The voters of the configuration that is being left, while two are in force at once (Raft §6); empty otherwise. */
  readonly outgoing: readonly NodeId[];
  /** Those who receive the log and decide nothing. */
  readonly learners: readonly NodeId[];
  /** Outgoing voters that become learners when the joint configuration is left. */
  readonly learnersNext: readonly NodeId[];
  /** Those who once took part and were removed: they may not know it, and disturb nobody. Who is added again is not among them. */
  readonly removed: readonly NodeId[];
}

/** A configuration of voters alone. */
export function votersOnly(voters: readonly NodeId[]): Configuration {
  return { index: 0, voters: [...voters].sort(), outgoing: [], learners: [], learnersNext: [], removed: [] };
}

/** The voter sets of which each needs a majority of its own: one, or two in a joint configuration. */
export function halves(configuration: Configuration): readonly (readonly NodeId[])[] {
  return configuration.outgoing.length > 0
    ? [configuration.voters, configuration.outgoing]
    : [configuration.voters];
}

/** Those who take part, as configurations and statuses tell them. */
export type Participants = Pick<Configuration, 'voters' | 'outgoing' | 'learners'>;

/** Whether a node's vote counts in any half. */
export function isVoter(configuration: Omit<Participants, 'learners'>, node: NodeId): boolean {
  return configuration.voters.includes(node) || configuration.outgoing.includes(node);
}

/** Everyone who receives the log, each once. */
export function members(configuration: Participants): readonly NodeId[] {
  return [...new Set([...configuration.voters, ...configuration.outgoing, ...configuration.learners])];
}

export function isJoint(configuration: Configuration): boolean {
  return configuration.outgoing.length > 0;
}

export function isMember(configuration: Participants, node: NodeId): boolean {
  return isVoter(configuration, node) || configuration.learners.includes(node);
}

/** Voters and learners as someone asks for them. */
export interface Membership {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
}

/** Whether a configuration is settled, and has exactly these voters and learners. */
export function isSettledAs(configuration: Configuration, { voters, learners }: Membership): boolean {
  return (
    !isJoint(configuration) &&
    sameNodes(configuration.voters, voters) &&
    sameNodes(configuration.learners, learners)
  );
}

function sameNodes(some: readonly NodeId[], others: readonly NodeId[]): boolean {
  return some.length === others.length && some.every((node) => others.includes(node));
}

/**
 * The next configuration on the way from one that is settled to `target`: the target itself where one voter at most is added or removed, and otherwise a
 * joint one (Raft §6), which `left` then turns into the target.
 */
export function towards(current: Configuration, target: Membership): Configuration {
  const added = target.voters.filter((node) => !current.voters.includes(node));
  const gone = current.voters.filter((node) => !target.voters.includes(node));
  const joint = added.length + gone.length > 1;
  const outgoing = joint ? current.voters : [];
  // Nobody is voter and learner at once: one who is to become a learner waits until it votes no more.
  const learnersNext = target.learners.filter((node) => outgoing.includes(node));
  return withRemoved(current, {
    voters: [...target.voters].sort(),
    outgoing,
    learners: target.learners.filter((node) => !learnersNext.includes(node)).sort(),
    learnersNext: learnersNext.sort(),
  });
}

/** The configuration after a joint one. */
export function left(joint: Configuration): Configuration {
  return withRemoved(joint, {
    voters: joint.voters,
    outgoing: [],
    learners: [...joint.learners, ...joint.learnersNext].sort(),
    learnersNext: [],
  });
}

function withRemoved(previous: Configuration, next: Omit<Configuration, 'index' | 'removed'>): Configuration {
  // Its own place it gets when it comes into force.
  const configuration = { ...next, index: 0, removed: [] };
  const removed = [...new Set([...previous.removed, ...members(previous)])]
    .filter((node) => !isMember(configuration, node))
    .sort();
  return { ...configuration, removed };
}

/** Whether `next` may follow on `previous`: any two quorums of theirs have a voter in common, and nobody is both voter and learner. */
export function mayFollow(previous: Configuration, next: Configuration): boolean {
  const disjoint = !next.learners.some((node) => isVoter(next, node));
  if (next.voters.length === 0 || !disjoint) return false;
  if (isJoint(previous)) return !isJoint(next) && sameNodes(previous.voters, next.voters);
  if (isJoint(next)) return sameNodes(previous.voters, next.outgoing);
  const changed =
    next.voters.filter((node) => !previous.voters.includes(node)).length +
    previous.voters.filter((node) => !next.voters.includes(node)).length;
  return changed <= 1;
}
