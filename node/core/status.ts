/** One consistent picture of a node. */
import { isVoter } from './configuration.ts';
import type { LogIndex, NodeId, Term } from './entry.ts';
import type { State } from './state.ts';

/** `idle`: in no configuration. A node that asks for pre-votes is a candidate. */
export type RoleName = 'leader' | 'follower' | 'candidate' | 'learner' | 'idle';

export interface RaftStatus {
  readonly id: NodeId;
  readonly role: RoleName;
  /** The term on disk, with the role and leader that belong to it. */
  readonly term: Term;
  readonly leader: NodeId | null;
  readonly commitIndex: LogIndex;
  readonly lastLogIndex: LogIndex;
  /** On disk, so that it never goes back across a restart. */
  readonly snapshotIndex: LogIndex;
  readonly voters: readonly NodeId[];
  /** In a joint configuration, the voters that are being left. */
  readonly outgoing: readonly NodeId[];
  readonly learners: readonly NodeId[];
  readonly configIndex: LogIndex;
  readonly electionsStarted: number;
  readonly snapshotsInstalled: number;
}

export function statusOf(state: State): RaftStatus {
  const { configuration, durability } = state;
  // While a new term is on its way to the disk the node has no role in it yet, and none in the old one any more.
  const settled = durability.term === state.term;
  return {
    id: state.id,
    role: settled || state.role.kind !== 'leader' ? roleName(state) : 'follower',
    term: durability.term,
    leader: settled ? state.leader : null,
    commitIndex: state.commit,
    lastLogIndex: state.log.lastIndex,
    snapshotIndex: durability.snapshotIndex,
    voters: configuration.voters,
    outgoing: configuration.outgoing,
    learners: configuration.learners,
    configIndex: state.configurationIndex,
    electionsStarted: state.electionsStarted,
    snapshotsInstalled: state.snapshotsInstalled,
  };
}

function roleName(state: State): RoleName {
  const { configuration, id, role } = state;
  if (role.kind === 'leader') return 'leader';
  if (!isVoter(configuration, id)) return configuration.learners.includes(id) ? 'learner' : 'idle';
  return role.kind === 'follower' ? 'follower' : 'candidate';
}
