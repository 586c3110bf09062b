/** Who takes part, as an immutable value. The core holds the one in force; entries and snapshots carry others. */
import type { NodeId } from './entry.ts';

export interface Configuration {
  /** Those whose majority elects and commits. Empty on a node that waits to be added. */
  readonly voters: readonly NodeId[];
  /** The voters of the configuration that is being left, while two are in force at once (Raft §6); empty otherwise. */
  readonly outgoing: readonly NodeId[];
  /** Those who receive the log and decide nothing. */
  readonly learners: readonly NodeId[];
  /** Outgoing voters that become learners when the joint configuration is left. */
  readonly learnersNext: readonly NodeId[];
}

/** A configuration of voters alone. */
export function votersOnly(voters: readonly NodeId[]): Configuration {
  return { voters: [...voters].sort(), outgoing: [], learners: [], learnersNext: [] };
}

/** The voter sets of which each needs a majority of its own: one, or two in a joint configuration. */
export function halves(configuration: Configuration): readonly (readonly NodeId[])[] {
  return configuration.outgoing.length > 0
    ? [configuration.voters, configuration.outgoing]
    : [configuration.voters];
}

/** Whether a node's vote counts in any half. */
export function isVoter(configuration: Configuration, node: NodeId): boolean {
  return configuration.voters.includes(node) || configuration.outgoing.includes(node);
}

/** Everyone who receives the log, each once. */
export function members(configuration: Configuration): readonly NodeId[] {
  return [...new Set([...configuration.voters, ...configuration.outgoing, ...configuration.learners])];
}
