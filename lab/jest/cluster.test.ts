/** Clusters that a test drives by hand: real processes, and what they leave behind. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPlan } from '../plan/read-plan.ts';
import { runPlan, runWorkload, startCluster } from './index.ts';

const loneNode = join(import.meta.dirname, '../cli/testdata/lone-node.mjs');

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'raft-lab-jest-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

/** A node without consensus, which is right as long as it is alone; `LONE_NODE` names a way in which it is wrong. */
const lone = (wrong?: string) => ({
  nodes: 1,
  command: [process.execPath, loneNode] as const,
  out,
  seed: 1,
  ...(wrong === undefined ? {} : { env: { LONE_NODE: wrong } }),
});

describe('a cluster driven by hand', () => {
  test('has its faults on record, and leaves a plan that says what the test did', async () => {
    await using cluster = await startCluster({ nodes: 3, cluster: 'process', out, seed: 3 });
    expect(cluster.nodes).toEqual(['n1', 'n2', 'n3']);
    const struck: string[] = [];
    const history = await runWorkload(cluster, {
      rate: 60,
      async during() {
        const cut = await cluster.partition('leader', { cut: 'hold' });
        struck.push(...cut.nodes);
        struck.push(await cluster.leader({ except: cut.nodes[0] }));
        await cluster.heal();
        const killed = await cluster.kill('followers:1');
        struck.push(...killed.nodes);
        await expect(cluster.kill(killed.nodes)).rejects.toThrow(
          /kill of n\d is not in force: n\d is not running/,
        );
        await expect(cluster.restart('n9')).rejects.toThrow('n9 is not killed by this test');
        await cluster.restart(killed.nodes[0]);
        await cluster.pause('n1');
        await cluster.sleep(200);
        await cluster.resume();
        // What is left in force ends with the workload.
        await cluster.inflict({ kind: 'latency', target: 'all', latencyMs: 5, jitterMs: 1 });
        await cluster.sleep(200);
      },
    });
    expect(history).toBeLinearizable();
    expect(history).toHaveOneLeaderPerTerm();
    expect(history).toRecoverWithin(10_000);
    const steps = history.history.flatMap((event) =>
      event.process === 'nemesis' && event.value.stage === 'over' ? [event.value] : [],
    );
    expect(steps.map(({ fault }) => fault.kind).sort()).toEqual(['kill', 'latency', 'partition', 'pause']);
    expect(steps.find(({ fault }) => fault.kind === 'partition')?.nodes).toEqual([struck[0]]);
    expect(struck[1]).not.toBe(struck[0]);

    const text = await readFile(join(history.directory, 'plan.json'), 'utf8');
    const plan = readPlan(text, 'plan.json', history.plan);
    expect(plan.schedule.map(({ fault: { kind, target } }) => `${kind} ${target}`)).toEqual([
      'partition leader',
      'kill followers:1',
      'pause n1',
      'latency all',
    ]);
    await expect(runWorkload(cluster)).rejects.toThrow('one workload in its life');
    await expect(cluster.kill('n1')).rejects.toThrow('The run is over: its workload has ended.');
  }, 90_000);

  test('changes its members', async () => {
    await using cluster = await startCluster({ nodes: 3, spares: 1, cluster: 'process', out, seed: 4 });
    const history = await runWorkload(cluster, {
      rate: 60,
      async during() {
        expect((await cluster.changeMembers('add')).nodes).toEqual(['n4']);
        await cluster.changeMembers('remove', 'leader');
        await cluster.leader();
      },
    });
    expect(history).toBeLinearizable();
    expect(history.property('membership')).toMatchObject({ verdict: 'pass' });
    const asked = history.history.filter(
      (event) => event.process === 'operator' && event.f === 'change-membership' && event.type === 'ok',
    );
    expect(asked).toHaveLength(2);
  }, 120_000);

  test.each<[string, Parameters<typeof startCluster>[0], string]>([
    ['two nodes under test', { command: 'a', image: 'b' }, 'command and image each name the node'],
    ['a command in containers', { command: 'a', cluster: 'docker' }, 'command is run on this machine'],
    ['an image in processes', { image: 'a', cluster: 'process' }, 'image needs containers'],
    ['an unknown mutant', { mutant: 'gremlin', cluster: 'process' }, 'There is no mutant "gremlin"'],
  ])('%s is refused', async (_name, settings, message) => {
    await expect(startCluster({ out, ...settings })).rejects.toThrow(message);
  });

  test('faults that make no sense are refused before anything happens', async () => {
    await using cluster = await startCluster(lone());
    await expect(cluster.partition('n1')).rejects.toThrow('a partition needs at least two nodes');
    await expect(cluster.kill('n7')).rejects.toThrow('n7 is not one of the nodes n1');
    await expect(cluster.kill('leader!')).rejects.toThrow('a target is leader, followers:K');
  }, 60_000);
});

describe('a node that is wrong', () => {
  test('and does not come up is an error with what it printed', async () => {
    const starting = startCluster(lone('exits-at-once'));
    await expect(starting).rejects.toThrow(
      /The cluster did not start\.[^]*n1 ended with exit code 3[^]*cannot find my configuration[^]*Report: /,
    );
  }, 60_000);

  test('ends the run at the answer that proves it, and the test need not go on', async () => {
    await using cluster = await startCluster(lone('reads-are-stale'));
    let finished = false;
    const history = await runWorkload(cluster, {
      async during() {
        // Longer than any test may take: the violation ends it.
        await cluster.sleep(600_000);
        finished = true;
      },
    });
    expect(finished).toBe(false);
    expect(history.verdict).toBe('fail');
    expect(() => expect(history).toBeLinearizable()).toThrow(/Stale read|read nothing/);
  }, 60_000);

  test('and dies leaves an error of the test itself alone, and nothing decided', async () => {
    await using cluster = await startCluster(lone('dies-under-load'));
    const history = await runWorkload(cluster, { durationMs: 20_000 });
    expect(() => expect(history).toBeLinearizable()).toThrow(/undecided: [^]*exit code 7/);
    expect(() => expect(history).not.toBeLinearizable()).toThrow(/undecided: [^]*exit code 7/);
  }, 60_000);
});

describe('a test', () => {
  test('that fails within its workload fails with its own error', async () => {
    await using cluster = await startCluster(lone());
    const run = runWorkload(cluster, { during: () => Promise.reject(new Error('my own mistake')) });
    await expect(run).rejects.toThrow('my own mistake');
  }, 60_000);

  test('whose time is too short for its workload is told what to set', async () => {
    await using cluster = await startCluster(lone());
    const run = runWorkload(cluster, { durationMs: 60_000 });
    await expect(run).rejects.toThrow(
      'Jest ends this test after 20 s (its timeout), but its clients are to work for 60 s',
    );
    await expect(run).rejects.toThrow('test(name, fn, 120000)');
  }, 20_000);

  test('whose time ends while clients work is told so before Jest ends it', async () => {
    await using cluster = await startCluster(lone());
    const run = runWorkload(cluster, { during: () => cluster.sleep(600_000) });
    await expect(run).rejects.toThrow(
      'Jest ends this test after 10 s (its timeout), but its run was not over',
    );
  }, 10_000);
});

test('a plan file is a run, and a mistake in it is refused with its line', async () => {
  await expect(runPlan('nowhere.yaml')).rejects.toThrow('cannot read the plan nowhere.yaml');
  const plan = join(import.meta.dirname, 'testdata/pause.yaml');
  const history = await runPlan(plan, lone());
  expect(history.judgement.coverage).toContainEqual({ name: 'fault:pause', needed: 1, seen: 1 });
  expect(history).toBeLinearizable();
  expect(history.verdict).toBe('pass');
}, 60_000);
