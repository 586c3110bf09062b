import type { Patient } from './patient.ts';

export type Feature = 'idempotency' | 'membership' | 'joint' | 'snapshot' | 'transfer';

export const features: readonly Feature[] = ['idempotency', 'membership', 'joint', 'snapshot', 'transfer'];

/** One point of the contract, and how to find out whether a node keeps it. */
export interface Check {
  readonly name: string;
  /** What the contract says, in one sentence. */
  readonly says: string;
  /** The anchor in `docs/contract.md`. */
  readonly section: string;
  /** What a node's author usually has to change. */
  readonly hint: string;
  /** Only tried when the node lists this feature. */
  readonly feature?: Feature;
  /** Tried even when not all nodes came up. Every other check finds all nodes running. */
  readonly triesAnyway?: true;
  /** Returns when the point is kept. Throws `Mismatch` when it is not, and `NotTriedError` when that cannot be told. */
  readonly run: (patient: Patient) => Promise<void> | void;
}
