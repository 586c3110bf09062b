/** The lab within a Jest test: start a cluster, drive faults by hand or from a plan, and expect something of the history. */
import './matchers.ts';
import './matcher-types.ts';

export type { HistoryEvent } from '../history/history.ts';
export { LabError, type LabErrorCode } from '../lab-error.ts';
export type { Fault, Plan } from '../plan/plan.ts';
export type { PropertyResult } from '../verdict/property.ts';
export type { InForce } from './hand-conductor.ts';
export type { RunMatchers } from './matchers.ts';
export type { RunHistory } from './run-history.ts';
export { runPlan, type PlanSettings } from './run-plan.ts';
export { runWorkload, type WorkloadSettings } from './run-workload.ts';
export type { NodeSettings } from './settings.ts';
export { startCluster, type ClusterSettings } from './start-cluster.ts';
export type { PartitionOptions, Targets, TestCluster } from './test-cluster.ts';
