import { describe, expect, test } from '@jest/globals';
import { catalogue } from './catalogue.ts';
import { examine } from './examine.ts';
import { exitCodeOf, type Finding } from './finding.ts';
import { plantedFaults } from './testing/faults.ts';
import { LocalCluster } from './testing/local-cluster.ts';

async function findingsOf(cluster: LocalCluster, limits = {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of examine(cluster, { limits })) findings.push(finding);
  return findings;
}

test('finds nothing wrong with an obedient node', async () => {
  await using cluster = new LocalCluster();
  const findings = await findingsOf(cluster);
  expect(findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
  expect(findings.map(({ check }) => check)).toEqual(catalogue.map(({ name }) => name));
  expect(exitCodeOf(findings)).toBe(0);
});

describe('a node that', () => {
  test.each(Object.entries(plantedFaults))('%s is found out', async (_name, { fails, limits, ...fault }) => {
    await using cluster = new LocalCluster(fault);
    const findings = await findingsOf(cluster, limits);
    const failed = findings.filter(({ outcome }) => outcome === 'fail').map(({ check }) => check);
    expect(failed).toEqual(fails);
    expect(findings.map(({ check }) => check)).toEqual(catalogue.map(({ name }) => name));
    expect(exitCodeOf(findings)).toBe(1);
  });

  test('every check has a fault that it finds', () => {
    const found = new Set(Object.values(plantedFaults).flatMap(({ fails }) => fails));
    expect(catalogue.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });
});

describe('an examination', () => {
  test('goes on when the lab fails, and says so', async () => {
    await using cluster = new LocalCluster();
    cluster.stop = () => Promise.reject(new Error('the engine is gone'));
    const findings = await findingsOf(cluster);
    const notTried = findings.filter(({ outcome }) => outcome === 'not-tried');
    expect(notTried).toMatchObject([
      { check: 'sigterm-ends-it', cause: 'lab', reason: 'the lab failed: the engine is gone' },
      { check: 'restart-keeps-data', cause: 'lab' },
    ]);
    expect(exitCodeOf(findings)).toBe(4);
  });

  test('tries nothing when the lab cannot start', async () => {
    await using cluster = new LocalCluster();
    cluster.start = () => Promise.reject(new Error('no port is free'));
    const findings = await findingsOf(cluster);
    expect(findings.map(({ outcome }) => outcome)).toEqual(catalogue.map(() => 'not-tried'));
    expect(exitCodeOf(findings)).toBe(4);
  });

  test('leaves out what the node does not list', async () => {
    await using cluster = new LocalCluster({
      reply: (request, obeyed) => {
        const answer = obeyed();
        if (request.path !== '/status' || request.method !== 'GET') return answer;
        const { id, role, term, leader } = JSON.parse(answer.body) as Record<string, unknown>;
        return { ...answer, body: JSON.stringify({ id, role, term, leader, features: [] }) };
      },
    });
    const findings = await findingsOf(cluster);
    expect(findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    const untried = findings.filter((finding) => finding.outcome === 'not-tried');
    expect(new Set(untried.map(({ cause }) => cause))).toEqual(new Set(['feature', 'unreported']));
    expect(untried.map(({ check }) => check)).toEqual(
      [
        'status-log-places',
        'status-applied-hash',
        'status-counters',
        ...catalogue.filter(({ feature }) => feature !== undefined).map(({ name }) => name),
      ].sort(byCatalogue),
    );
    expect(exitCodeOf(findings)).toBe(0);
  });

  test('can be interrupted', async () => {
    await using cluster = new LocalCluster();
    const interrupt = new AbortController();
    const findings: Finding[] = [];
    for await (const finding of examine(cluster, { signal: interrupt.signal })) {
      findings.push(finding);
      if (findings.length === 3) interrupt.abort();
    }
    expect(findings.slice(0, 3).map(({ outcome }) => outcome)).toEqual(['pass', 'pass', 'pass']);
    expect(new Set(findings.slice(3).map(({ outcome }) => outcome))).toEqual(new Set(['not-tried']));
    expect(findings).toHaveLength(catalogue.length);
  });
});

function byCatalogue(one: string, other: string): number {
  const place = (name: string): number => catalogue.findIndex((check) => check.name === name);
  return place(one) - place(other);
}
