/**
 * What a fault package is. A package resolves its target when the step's time has come, puts the fault in force, and takes it back. It knows the
 * cluster's ports and nothing behind them.
 */
import type { Random } from '@raft-lab/workloads';
import type { Status } from '../history/history.ts';
import type { LinkRule, Links, NodeId } from '../links/links.ts';
import type { Fault, FaultKind } from '../plan/plan.ts';
import type { Edit } from './edit.ts';

/** What is known of the cluster at the moment a step begins. */
export interface View {
  /** Every node the lab has started, in the plan's order, whether it runs or not. */
  readonly nodes: readonly NodeId[];
  /** Those that run and are not paused. */
  readonly running: readonly NodeId[];
  /** The leader of the highest term that a running node reports, if any. */
  readonly leader: NodeId | null;
  /** Whose vote counts in a configuration that may be in force. */
  readonly voters: readonly NodeId[];
  /** Nodes outside the first configuration, and outside every one that may be in force: those never started come first, then those that run. */
  readonly spares: readonly NodeId[];
  /** Members that are not of the first configuration: another step has added them, and sends them away again. */
  readonly guests: readonly NodeId[];
  /** What a running node last said of itself. */
  status(node: NodeId): Status | undefined;
}

/** Starting, killing and pausing nodes, with the history kept; the runner implements it. */
export interface NodeControl {
  kill(node: NodeId): Promise<void>;
  start(node: NodeId): Promise<void>;
  pause(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
}

/** What is asked of the cluster's leader is done, or was given up for a reason. */
export type Asked = { readonly kind: 'done' } | { readonly kind: 'given-up'; readonly reason: string };

/** The lab as whoever operates the cluster, with every request on record; the runner implements it. */
export interface ClusterOperator {
  /**
   * Asks for a configuration until it is in force, or for as long as the lab's patience lasts; one change after another.
   * @param choose the change, given who leads. It may choose anew as long as `isFree`: everything it chose before was refused.
   */
  change(step: string, choose: (leader: NodeId, isFree: boolean) => Edit): Promise<Asked>;
  takeSnapshot(step: string, node: NodeId): Promise<void>;
  transferLeadership(step: string, to: NodeId): Promise<Asked>;
}

export interface Context {
  readonly links: Links;
  readonly control: NodeControl;
  readonly operator: ClusterOperator;
  readonly view: () => View;
  /** After about how many entries nodes compact. */
  readonly snapshotEntries: number;
  readonly random: Random;
  /** Resolves after so long, or when the run is to end. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** Whom a fault turned out to concern. `skipped` says why there was nobody; where `isFinal`, waiting does not help. */
export type Resolution =
  | { readonly kind: 'resolved'; readonly nodes: readonly NodeId[]; readonly rules: readonly LinkRule[] }
  | { readonly kind: 'skipped'; readonly reason: string; readonly isFinal?: true };

export interface Resolved<F extends Fault = Fault> {
  readonly step: string;
  readonly fault: F;
  readonly nodes: readonly NodeId[];
  readonly rules: readonly LinkRule[];
}

/** What became of a fault that has to be asked for: whom it concerned in the end, and why it is not in force, if it is not. */
export interface Begun {
  readonly nodes: readonly NodeId[];
  readonly givenUp?: string;
}

export interface Nemesis<F extends Fault = Fault> {
  readonly kind: F['kind'];
  /** Why this fault means nothing in a cluster of `size` nodes, or undefined. */
  refuse(fault: F, size: number): string | undefined;
  resolve(fault: F, view: View, random: Random): Resolution;
  begin(resolved: Resolved<F>, context: Context): Promise<Begun | undefined>;
  /** Whether the fault has done what it is for, and can end before its time is up. */
  isDone?(resolved: Resolved<F>, context: Context): boolean;
  end(resolved: Resolved<F>, context: Context): Promise<void>;
}

export type NemesisTable = { readonly [K in FaultKind]: Nemesis<Extract<Fault, { kind: K }>> };
