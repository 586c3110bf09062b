/**
 * What a fault package is. A package resolves its target when the step's time has come, puts the fault in force, and takes it back. It knows the
 * cluster's ports and nothing behind them.
 */
import type { Random } from '@raft-lab/workloads';
import type { LinkRule, Links, NodeId } from '../links/links.ts';
import type { Fault, FaultKind } from '../plan/plan.ts';

/** What is known of the cluster at the moment a step begins. */
export interface View {
  /** Every node the lab has started, in the plan's order, whether it runs or not. */
  readonly nodes: readonly NodeId[];
  /** Those that run and are not paused. */
  readonly running: readonly NodeId[];
  /** The leader of the highest term that a running node reports, if any. */
  readonly leader: NodeId | null;
}

/** Starting, killing and pausing nodes, with the history kept; the runner implements it. */
export interface NodeControl {
  kill(node: NodeId): Promise<void>;
  start(node: NodeId): Promise<void>;
  pause(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
}

export interface Context {
  readonly links: Links;
  readonly control: NodeControl;
  readonly random: Random;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Whom a fault turned out to concern. `skipped` says why there was nobody. */
export type Resolution =
  | { readonly kind: 'resolved'; readonly nodes: readonly NodeId[]; readonly rules: readonly LinkRule[] }
  | { readonly kind: 'skipped'; readonly reason: string };

export interface Resolved {
  readonly step: string;
  readonly nodes: readonly NodeId[];
  readonly rules: readonly LinkRule[];
}

export interface Nemesis<F extends Fault = Fault> {
  readonly kind: F['kind'];
  /** Why this fault means nothing in a cluster of `size` nodes, or undefined. */
  refuse(fault: F, size: number): string | undefined;
  resolve(fault: F, view: View, random: Random): Resolution;
  begin(resolved: Resolved, context: Context): Promise<void>;
  end(resolved: Resolved, context: Context): Promise<void>;
}

export type NemesisTable = { readonly [K in FaultKind]: Nemesis<Extract<Fault, { kind: K }>> };
