/** The main job, end to end and in short: real nodes, real faults, the example plans; the right node passes, and each wrong one is caught. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeWithEngine } from '../cluster/docker/test-engine.ts';

const root = resolve(import.meta.dirname, '../..');
const plans = join(root, 'examples/plans');

let store: string;
beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'raft-lab-jepsen-'));
});
afterAll(() => rm(store, { recursive: true, force: true }));

interface Results {
  readonly verdict: string;
  readonly exitCode: number;
  readonly properties: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly evidence: readonly { readonly summary: string }[];
  }[];
  readonly coverage: readonly { readonly name: string; readonly needed: number; readonly seen: number }[];
}

async function jepsen(plan: string, ...args: string[]): Promise<Results> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=raft-lab:source',
      join(root, 'lab/cli/main.ts'),
      'test',
      '--plan',
      join(plans, plan),
      '--seed',
      '11',
      '--json',
      '--out',
      store,
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let stdout = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  await new Promise((done) => child.on('close', done));
  return JSON.parse(stdout) as Results;
}

/** The verdict of one property, with what it says for it. */
function judged({ properties }: Results, name: string): string {
  const property = properties.find((one) => one.name === name);
  return `${property?.verdict}: ${property?.evidence.map(({ summary }) => summary).join(' ')}`;
}

/** A pass, or everything that stands in its way. */
function troubles({ verdict, properties }: Results): string[] {
  if (verdict === 'pass') return [];
  return properties
    .filter((one) => one.verdict !== 'pass')
    .map((one) => `${one.name} ${one.verdict}: ${one.evidence[0]?.summary}`);
}

describe('in processes', () => {
  test.each(['deposed-leader.yaml', 'lost-acknowledgement.yaml', 'power-cut.yaml'])(
    'the reference node passes %s',
    async (plan) => {
      expect(troubles(await jepsen(plan, '--cluster', 'process'))).toEqual([]);
    },
    90_000,
  );

  test('the reference node passes changing-cluster.yaml, with every kind of change seen', async () => {
    const results = await jepsen('changing-cluster.yaml', '--cluster', 'process');
    expect(troubles(results)).toEqual([]);
    const seen = (beginning: string) =>
      results.coverage.filter(({ name }) => name.startsWith(beginning)).map(({ name }) => name);
    expect(seen('change:').length).toBeGreaterThan(3);
    expect(seen('snapshot-installs')).toEqual(['snapshot-installs', 'snapshot-installs:joiner']);
    expect(judged(results, 'membership')).toMatch(/^pass: [4-9]\d* changes were committed/);
  }, 120_000);

  const outOfDate = /(stale read|lost update|new then old) on key x\d/i;
  test.each([
    ['stale-reads', 'deposed-leader.yaml', outOfDate],
    ['early-ack', 'lost-acknowledgement.yaml', outOfDate],
    ['forgets-log', 'power-cut.yaml', /read nothing on key x\d/],
  ])(
    'the mutant %s is caught by %s, which names the value',
    async (mutant, plan, says) => {
      const results = await jepsen(plan, '--cluster', 'process', '--mutant', mutant);
      expect(judged(results, 'linearizable')).toMatch(says);
      expect(results.exitCode).toBe(1);
    },
    90_000,
  );
});

(await describeWithEngine())('in containers', () => {
  test('the reference node passes, and a mutant is caught', async () => {
    expect(troubles(await jepsen('power-cut.yaml', '--cluster', 'docker'))).toEqual([]);
    const mutant = await jepsen('power-cut.yaml', '--cluster', 'docker', '--mutant', 'forgets-log');
    expect(judged(mutant, 'linearizable')).toMatch(/^fail: /);
    expect(mutant.exitCode).toBe(1);
  }, 300_000);
});

test('the history that a run leaves is what its verdict says', async () => {
  const results = await jepsen('power-cut.yaml', '--cluster', 'process');
  const lines = (await readFile(join(store, 'latest/history.jsonl'), 'utf8')).trimEnd().split('\n');
  const answered = lines.filter((line) => line.includes('"type":"ok"')).length;
  expect(results.coverage.find(({ name }) => name === 'operations-ok')?.seen).toBe(answered);
}, 90_000);
