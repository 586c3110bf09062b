/**
 * `raft-lab doctor`: goes through the contract point by point on a cluster that has not been started yet, and says what a node gets
 * wrong. Whatever the nodes do, the examination ends: every wait has a limit, and a node that dies is started again.
 */
import type { Cluster } from '../cluster/cluster.ts';
import { catalogue } from './catalogue.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import { judge, notTried } from './judge.ts';
import { defaultLimits, exitsMax, type DoctorLimits } from './limits.ts';
import { Mismatch, NotTriedError } from './mismatch.ts';
import { Patient } from './patient.ts';

export interface ExamineOptions {
  readonly limits?: Partial<DoctorLimits>;
  /** When it is aborted, the check under way is finished, and what is left is reported as not tried. */
  readonly signal?: AbortSignal;
  /** The checks to try, instead of all. */
  readonly checks?: readonly Check[];
}

/**
 * Yields one finding for each check, as they come. Nodes are started and stopped as needed; disposing of the cluster is the caller's.
 * Never throws: what a node does becomes a finding, and what fails in the lab becomes findings not tried because of the lab.
 */
export async function* examine(cluster: Cluster, options: ExamineOptions = {}): AsyncGenerator<Finding> {
  const patient = new Patient(cluster, { ...defaultLimits, ...options.limits });
  let obstacle = await admit(patient);
  for (const check of options.checks ?? catalogue) {
    if (options.signal?.aborted) obstacle = new NotTriedError('lab', 'the examination was interrupted');
    const triesAnyway = check.triesAnyway === true && obstacle?.why !== 'lab';
    if (obstacle !== undefined && !triesAnyway) {
      yield notTried(check, obstacle);
      continue;
    }
    const finding = await judge(patient, check);
    yield finding;
    obstacle ??= await revive(patient);
  }
}

/** The first start. Returns what stands in the way of most checks, if anything does. */
async function admit(patient: Patient): Promise<NotTriedError | undefined> {
  try {
    await patient.startAll();
  } catch (error) {
    return labFailure(error);
  }
  const missing = patient.nodes.filter((node) => patient.starts.get(node) !== 'up');
  if (missing.length === 0) return undefined;
  return new NotTriedError('earlier-failure', `not up: ${missing.join(', ')} (see the check "starts")`);
}

/** Brings back nodes that ended or fell silent, so that the next check finds all of them. */
async function revive(patient: Patient): Promise<NotTriedError | undefined> {
  const exits = patient.records.exits.length;
  if (exits >= exitsMax) {
    return new NotTriedError('earlier-failure', `nodes have ended by themselves ${exits} times so far`);
  }
  try {
    const answers = await Promise.all(patient.running.map((node) => patient.status(node)));
    const silent = answers.filter(({ outcome }) => outcome.kind === 'none').map(({ node }) => node);
    await patient.kill(silent);
    await patient.restart(patient.down);
    return undefined;
  } catch (error) {
    if (!(error instanceof Mismatch)) return labFailure(error);
    return new NotTriedError('earlier-failure', `${error.seen}, when it was to be started again`);
  }
}

const labFailure = (error: unknown): NotTriedError =>
  new NotTriedError('lab', `the lab failed: ${error instanceof Error ? error.message : String(error)}`);
