/** What clients do to a cluster, and the model it must obey. Pure and seeded. */
export {
  checkRegisters,
  registersModel,
  toOperations,
  type RegisterEvent,
  type RegisterOperation,
} from './check-registers.ts';
export { registersMonitor, type LiveViolation, type RegistersMonitor } from './registers-monitor.ts';
export { forkSeed, seededRandom, type Random } from './random.ts';
export { clientRoles, registerKeys, registersGenerator } from './registers.ts';
export type { ClientRole, Generator, GeneratorOptions, RegisterRequest, Route } from './workload.ts';
