/** The same plan on two clusters that elect differently: only with the recorded targets do its faults concern the same nodes. */
import { expect, test } from '@jest/globals';
import { SimCluster } from './sim-cluster.ts';
import { drawSimRun } from './sim-plan.ts';
import { pinsOf, type Pins } from '../../nemesis/pins.ts';
import { drawPlan } from '../../plan/draw-plan.ts';
import { run } from '../../run/run.ts';

const options = { seed: 11, nodes: 5, durationMs: 12_000, rate: 40 };
const { conditions } = drawSimRun(options);
// Faults that the lab brings about by itself: what has to be asked of the cluster, it may refuse.
const plan = drawPlan({ ...options, kinds: ['partition', 'latency', 'kill', 'pause'] });

/** Whom each step concerned, on a cluster whose network and timers have this seed. */
async function targetsIn(seed: number, pins?: Pins): Promise<Pins> {
  await using cluster = new SimCluster({ ...plan, seed, conditions });
  const { history } = await run({
    plan,
    createCluster: () => Promise.resolve(cluster),
    clusterOptions: {
      runId: `replay-${seed}`,
      source: { kind: 'command', argv: ['reference-core'] },
      logDirectory: '',
      env: {},
      readyTimeoutMs: 10_000,
    },
    openHistory: () => ({ append: () => undefined, close: () => Promise.resolve() }),
    signal: new AbortController().signal,
    onEvent: () => undefined,
    virtualClock: cluster.clock,
    ...(pins === undefined ? {} : { pins }),
  });
  return pinsOf(history);
}

test('recorded targets are the targets of a replay', async () => {
  const recorded = await targetsIn(1);
  expect(recorded.size).toBeGreaterThan(3);
  expect(await targetsIn(2)).not.toEqual(recorded);
  expect(await targetsIn(2, recorded)).toEqual(recorded);
}, 120_000);
