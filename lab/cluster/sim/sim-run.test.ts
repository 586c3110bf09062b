/** Runs in virtual time, from seeds: the reference passes, the same seed is the same run, and what is broken is found. */
import { describe, expect, test } from '@jest/globals';
import { runCampaign } from './campaign/campaign.ts';
import { mutantNamed } from './mutants/mutants.ts';
import { simulate } from './sim-run.ts';

const short = { nodes: 5, durationMs: 12_000, rate: 40 };
const limitMs = 240_000;

describe('a run in virtual time', () => {
  test(
    'is the same for the same seed, to the last event, and another for another',
    async () => {
      const once = await simulate({ seed: 7, ...short });
      const again = await simulate({ seed: 7, ...short });
      const other = await simulate({ seed: 8, ...short });
      expect(again.traceHash).toBe(once.traceHash);
      expect(again.history).toEqual(once.history);
      expect(other.traceHash).not.toBe(once.traceHash);
    },
    limitMs,
  );

  test(
    'passes, with clients served and leaders lost',
    async () => {
      for (const seed of [1, 2, 3, 4]) {
        const outcome = await simulate({ seed, ...short });
        expect({ seed, finding: outcome.finding }).toEqual({ seed, finding: undefined });
        expect(outcome.counts.operationsAnswered).toBeGreaterThan(100);
        expect(outcome.counts.elections).toBeGreaterThan(0);
        expect(outcome.virtualSeconds).toBeGreaterThan(12);
      }
    },
    limitMs,
  );

  /** The first seeds in which each is found; a few more are tried, so that not every change of the core finds another one. */
  const seedsMax = 60;
  test.each([
    'votes-for-any-log',
    'commits-what-anyone-holds',
    'reads-alone',
    'speaks-before-disk',
    'acknowledges-when-appended',
  ])(
    'finds %s, and finds it again in the same seed',
    async (name) => {
      const mutant = mutantNamed(name);
      for (let seed = 1; seed <= seedsMax; seed += 1) {
        const outcome = await simulate({ seed, ...short }, mutant);
        if (outcome.verdict !== 'fail') continue;
        const again = await simulate({ seed, ...short }, mutant);
        expect(again.finding).toEqual(outcome.finding);
        expect(again.traceHash).toBe(outcome.traceHash);
        return;
      }
      throw new Error(`${name} was not found in ${seedsMax} seeds`);
    },
    limitMs,
  );
});

describe('a campaign', () => {
  const options = {
    ...short,
    firstSeed: 1,
    seeds: 3,
    workers: 1,
    signal: new AbortController().signal,
    replay: (seed: number) => `again ${seed}`,
    onRun: () => undefined,
  };

  test(
    'adds up its runs, and is undecided while something was never seen',
    async () => {
      const result = await runCampaign({ ...options, mutant: undefined });
      expect(result).toMatchObject({ runs: 3, failed: 0, undecided: 0, failures: [] });
      expect(result.counters.operationsAnswered).toBeGreaterThan(300);
      // Three short runs have not seen everything, and say so.
      expect(result.neverSeen).not.toEqual([]);
      expect(result.exitCode).toBe(3);
    },
    limitMs,
  );

  test(
    'fails where a run fails, and says how to run it again',
    async () => {
      const result = await runCampaign({ ...options, mutant: 'commits-what-anyone-holds' });
      expect(result.exitCode).toBe(1);
      expect(result.failed).toBeGreaterThan(0);
      const [failure] = result.failures;
      expect(failure?.replay).toBe(`again ${failure?.seed ?? NaN}`);
      expect(failure?.message).not.toBe('');
    },
    limitMs,
  );
});
