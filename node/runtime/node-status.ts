/** What `GET /status` says. */
import type { Raft } from '../core/raft.ts';
import type { RaftStatus } from '../core/status.ts';
import type { Registers } from '../registers/registers.ts';

export type Feature = 'idempotency' | 'membership' | 'joint' | 'snapshot' | 'transfer';

export interface NodeStatus extends RaftStatus {
  readonly features: readonly Feature[];
  readonly appliedIndex: number;
  readonly appliedHash: string;
}

const features: readonly Feature[] = ['idempotency', 'snapshot'];

export function nodeStatus(raft: Raft, registers: Registers): NodeStatus {
  const { appliedIndex, appliedHash } = registers;
  return { ...raft.status, features, appliedIndex, appliedHash };
}
