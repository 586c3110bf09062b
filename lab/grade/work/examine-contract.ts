import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/cluster.ts';
import {
  defaultLimits,
  examine,
  exitCodeOf,
  features,
  renderFinding,
  type Finding,
} from '../../doctor/doctor.ts';
import { drawPlan } from '../../plan/draw-plan.ts';
import { plainOutcome, type CheckResult, type Outcome } from '../jobs/job.ts';
import { gradedClusterOptions } from './cluster-options.ts';
import type { Surroundings } from './node-under-test.ts';
import type { Task } from './task.ts';

const statusTimeoutMs = 2_000;

/** Lets the doctor go through the contract, and notes which features all nodes list. Resolves with undefined when it was told to stop. */
export async function examineContract(
  { submission, cluster: wish, workDirectory, widening }: Extract<Task, { kind: 'contract' }>,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  if ('problem' in submission.manifest) throw new TypeError('there is nothing to examine');
  const node = await surroundings.choose(submission.manifest, wish, workDirectory, submission.digest);
  const logDirectory = await mkdtemp(join(tmpdir(), 'raft-lab-grade-'));
  try {
    const plan = drawPlan({ seed: 0, nodes: 3, durationMs: 1_000, kinds: [], rate: 1 });
    await using cluster = await node.create({
      ...gradedClusterOptions(node, logDirectory, widening),
      nodes: plan.nodes,
      voters: plan.voters,
      heartbeatMs: plan.heartbeatMs,
      electionMs: plan.electionMs,
      snapshotEntries: plan.snapshotEntries,
    });
    const findings: Finding[] = [];
    const limits = Object.fromEntries(
      Object.entries(defaultLimits).map(([name, ms]) => [name, Number(ms) * widening.factor]),
    );
    for await (const finding of examine(cluster, { limits, signal })) findings.push(finding);
    if (signal.aborted) return undefined;
    const untried = findings.find((finding) => finding.outcome === 'not-tried' && finding.cause === 'lab');
    if (exitCodeOf(findings) === 4 && untried?.outcome === 'not-tried')
      return plainOutcome({ undecided: 'lab' }, untried.check, untried.reason);
    const listed = await listedFeatures(cluster);
    return { verdict: 'examined', checks: findings.map((finding) => resultOf(finding)), features: listed };
  } finally {
    await rm(logDirectory, { recursive: true, force: true });
  }
}

function resultOf(finding: Finding): CheckResult {
  const { check, says, link, outcome } = finding;
  return {
    check,
    says,
    section: link.slice(link.indexOf('#') + 1),
    outcome,
    ...(finding.outcome === 'not-tried' ? { cause: finding.cause } : {}),
    text: renderFinding(finding),
  };
}

/** The features that every node lists which answers; none where nobody does. */
async function listedFeatures(cluster: Cluster): Promise<string[]> {
  const lists = await Promise.all(
    cluster.nodes.map(async (node) => {
      try {
        const answer = await cluster
          .door(node, 'observer')
          .send({ method: 'GET', path: '/status', timeoutMs: statusTimeoutMs });
        const status: unknown = JSON.parse(answer.body);
        const listed: unknown =
          typeof status === 'object' && status !== null ? Reflect.get(status, 'features') : undefined;
        return Array.isArray(listed) ? listed.map(String) : [];
      } catch {
        return undefined;
      }
    }),
  );
  const heard = lists.filter((list) => list !== undefined);
  return features.filter((feature) => heard.length > 0 && heard.every((list) => list.includes(feature)));
}
