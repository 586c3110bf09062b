/**
 * porcupine-ts: decides whether a history of concurrent operations is linearizable, and says why not.
 * This file is the whole public API.
 */
export { bruteForce } from './brute-force.ts';
export { type RegisterAction, type RegisterValue, type RegisterView } from './blocks/register-view.ts';
export { verifyOrder } from './certificate.ts';
export { checkOperations, type CheckOptions } from './check.ts';
export type { Model, ModelState } from './model.ts';
export {
  casRegister,
  type CasInput,
  type CasRegisterInput,
  type ReadInput,
  register,
  type RegisterInput,
  type RegisterOptions,
  type RegisterOutput,
  type WriteInput,
} from './models/register.ts';
export { Monitor, type MonitorVerdict } from './monitor/monitor.ts';
export { determinize, type NondeterministicModel } from './nondeterministic.ts';
export { HistoryError, type HistoryErrorCode, type Operation, type Outcome } from './operation.ts';
export type { Anomaly, CheckResult, PartitionResult, Verdict, Violation, Wording } from './result.ts';
export { type Budget, defaultBudget, type StopSignal } from './search/budget.ts';
