import type { Clock } from '../cluster/cluster.ts';
import type { Plan } from '../plan/plan.ts';
import type { NemesisRunner } from './nemesis-runner.ts';
import type { NodeKeeper } from './node-keeper.ts';
import type { Observer } from './observer.ts';
import type { Recorder } from './recorder.ts';

/** What somebody who conducts a run by hand works with. */
export interface Stage {
  readonly clock: Clock;
  readonly keeper: NodeKeeper;
  readonly observer: Observer;
  readonly nemesis: NemesisRunner;
  readonly recorder: Recorder;
  /** Given when the run is to end early. */
  readonly signal: AbortSignal;
}

/** Decides while a run goes on what a plan says beforehand: when clients begin, what they do, and which faults come when. */
export interface Conductor {
  /** Every node is up. Clients begin this workload when it resolves, which it does at once when the signal is given. */
  begin(stage: Stage): Promise<Plan['workload']>;
  /** Clients are at work. Resolves when none of its faults is in force any more: then the cluster is healed and judged. */
  drive(): Promise<void>;
}
