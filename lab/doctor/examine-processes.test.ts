/** The doctor on real processes: the reference node, which is well, and programs that are hardly nodes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createProcessCluster } from '../cluster/process/process-cluster.ts';
import { catalogue } from './catalogue.ts';
import { examine } from './examine.ts';
import type { Failed, Finding } from './finding.ts';
import type { DoctorLimits } from './limits.ts';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const referenceNode = ['--conditions=raft-lab:source', pathOf('../../node/main.ts')];

let logDirectory: string;
beforeAll(async () => {
  logDirectory = await mkdtemp(join(tmpdir(), 'raft-lab-doctor-test-'));
});
afterAll(() => rm(logDirectory, { recursive: true, force: true }));

let runs = 0;
async function findingsOf(
  argv: readonly string[],
  readyTimeoutMs: number,
  limits: Partial<DoctorLimits> = {},
): Promise<Finding[]> {
  runs += 1;
  await using cluster = await createProcessCluster({
    runId: `doctor-test-${process.pid}-${runs}`,
    source: { kind: 'command', argv: [process.execPath, ...argv] },
    nodes: ['n1', 'n2', 'n3'],
    voters: ['n1', 'n2', 'n3'],
    logDirectory,
    env: {},
    heartbeatMs: 50,
    electionMs: [150, 300],
    snapshotEntries: 100,
    readyTimeoutMs,
  });
  const findings: Finding[] = [];
  for await (const finding of examine(cluster, { limits })) findings.push(finding);
  expect(findings.map(({ check }) => check)).toEqual(catalogue.map(({ name }) => name));
  return findings;
}

const failuresIn = (findings: readonly Finding[]): Failed[] =>
  findings.filter((finding): finding is Failed => finding.outcome === 'fail');

test('the reference node keeps the contract', async () => {
  const findings = await findingsOf(referenceNode, 30_000, { callMs: 20_000, leaderMs: 60_000 });
  expect(failuresIn(findings)).toEqual([]);
  const untried = findings.filter((finding) => finding.outcome === 'not-tried');
  expect(untried.filter(({ cause }) => cause !== 'feature')).toEqual([]);
}, 240_000);

describe('programs that are hardly nodes', () => {
  const limits = { callMs: 2_000, leaderMs: 500, effectMs: 500 };

  test('one that ends at once', async () => {
    const failures = failuresIn(await findingsOf([pathOf('testdata/ends-at-once.mjs')], 30_000, limits));
    expect(failures.map(({ check }) => check)).toEqual(['starts']);
    expect(failures[0]?.seen).toContain('3');
    expect(failures[0]?.output).toContain('quorum.conf: no such file');
  });

  test('one that is never ready', async () => {
    const failures = failuresIn(await findingsOf([pathOf('testdata/never-ready.mjs')], 2_000, limits));
    expect(failures.map(({ check }) => check)).toEqual(['starts']);
    expect(failures[0]?.seen).toContain('GET /status');
  });

  test('one that speaks no HTTP', async () => {
    const failures = failuresIn(await findingsOf([pathOf('testdata/speaks-no-http.mjs')], 2_000, limits));
    expect(failures.map(({ check }) => check)).toEqual(['starts']);
    expect(failures[0]?.seen).toContain('GET /status');
  });

  test('one that ends on every write', async () => {
    const findings = await findingsOf([pathOf('testdata/ends-on-write.mjs')], 30_000, limits);
    const [first] = failuresIn(findings);
    expect(first).toMatchObject({ check: 'reads-what-was-written', expected: '200 {}' });
    expect(first?.seen).toContain('n1 ended with exit code 1 during this check');
    expect(first?.output).toContain('writes are not implemented');
    expect(findings.find(({ outcome }) => outcome === 'not-tried')).toBeDefined();
  }, 120_000);

  test('one that agrees to everything', async () => {
    const findings = await findingsOf([pathOf('testdata/agrees-to-everything.mjs')], 30_000, limits);
    const failed = failuresIn(findings).map(({ check }) => check);
    expect(failed.slice(0, 6)).toEqual([
      'status-id',
      'status-role',
      'status-term',
      'status-leader',
      'status-features',
      'one-leader',
    ]);
    expect(failed).toContain('never-written-is-null');
    expect(failed).toContain('keys-refused');
    expect(failed).toContain('no-such-route');
  }, 120_000);
});
