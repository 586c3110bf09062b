/**
 * porcupine-ts: decides whether a history of concurrent operations is linearizable, and says why not.
 * This file is the whole public API.
 */
export { bruteForce } from './brute-force.ts';
export { type RegisterAction, type RegisterValue, type RegisterView } from './blocks/register-view.ts';
export { verifyOrder } from './certificate.ts';
export {
  checkEvents,
  checkEventsVerbose,
  checkOperations,
  checkOperationsVerbose,
  type CheckOptions,
} from './check.ts';
export { checkColumns, type ColumnsOptions } from './columns/check-columns.ts';
export { ColumnsBuilder } from './columns/columns-builder.ts';
export type { RegisterColumns } from './columns/register-columns.ts';
export { toColumns } from './columns/to-columns.ts';
export { type CallEvent, type OperationEvent, type ReturnEvent, toOperations } from './events.ts';
export { formatEdn, parseEdn } from './formats/edn.ts';
export { eventsOf, type HistoryEvent, pairEvents, type RecordedCall } from './formats/event.ts';
export { formatJsonLines, parseJsonLines } from './formats/jsonl.ts';
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
export { kv, type KvInput, type KvOutput } from './models/kv.ts';
export {
  type Appended,
  listAppend,
  type ListAppendInput,
  type ListAppendOutput,
  type ListValue,
} from './models/list-append.ts';
export {
  type MicroOperation,
  multiRegister,
  type MultiRegisterInput,
  type MultiRegisterOutput,
} from './models/multi-register.ts';
export { mutex, type MutexInput, type MutexOutput } from './models/mutex.ts';
export { queue, type QueueInput, type QueueOutput } from './models/queue.ts';
export { set, type SetInput, type SetOutput } from './models/set.ts';
export { Monitor, type MonitorVerdict } from './monitor/monitor.ts';
export { determinize, type NondeterministicModel } from './nondeterministic.ts';
export { HistoryError, type HistoryErrorCode, type Operation, type Outcome } from './operation.ts';
export type {
  Anomaly,
  CheckResult,
  LongestPrefix,
  PartitionResult,
  Verdict,
  VerbosePartition,
  VerboseResult,
  Violation,
  Wording,
} from './result.ts';
export { type Budget, defaultBudget, type StopSignal } from './search/budget.ts';
export { type Annotation, drawHistory, type Drawing } from './visualize/draw.ts';
