/** What `GET /status` says. */
import type { Raft } from '../core/raft.ts';
import type { RaftStatus } from '../core/status.ts';
import type { Registers } from '../registers/registers.ts';

export type Feature = 'idempotency' | 'membership' | 'joint' | 'snapshot' | 'transfer';

export interface NodeStatus extends Omit<RaftStatus, 'outgoing'> {
  readonly features: readonly Feature[];
  readonly appliedIndex: number;
  readonly appliedHash: string;
}

const features: readonly Feature[] = ['idempotency', 'membership', 'joint', 'snapshot', 'transfer'];

export function nodeStatus(raft: Raft, registers: Registers): NodeStatus {
  const { appliedIndex, appliedHash } = registers;
  const { outgoing: _outgoing, ...status } = raft.status;
  return { ...status, features, appliedIndex, appliedHash };
}

/** What `GET /membership` says. */
export interface NodeMembership {
  readonly index: number;
  readonly voters: readonly string[];
  readonly learners: readonly string[];
  /** The voters that are being left, while two configurations are in force at once. */
  readonly joint: { readonly outgoing: readonly string[] } | null;
}

export function membershipOf(raft: Raft): NodeMembership {
  const { configIndex: index, voters, learners, outgoing } = raft.status;
  return { index, voters, learners, joint: outgoing.length > 0 ? { outgoing } : null };
}
