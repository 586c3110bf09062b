/** The lab as a library: a plan, a run of it on a cluster, and its judgement. */
export type { Cluster, ClusterOptions, CreateCluster, NodeSource } from './cluster/cluster.ts';
export { createProcessCluster } from './cluster/process/process-cluster.ts';
export type { HistoryEvent } from './history/history.ts';
export { readHistory } from './history/read-history.ts';
export { LabError, type LabErrorCode } from './lab-error.ts';
export { drawPlan, type PlanOptions } from './plan/draw-plan.ts';
export type { Fault, Plan, Step } from './plan/plan.ts';
export { readPlan } from './plan/read-plan.ts';
export { run, type RunOutcome, type RunSettings } from './run/run.ts';
export type { PropertyResult } from './verdict/property.ts';
export { judge, type Judgement } from './verdict/verdict.ts';
