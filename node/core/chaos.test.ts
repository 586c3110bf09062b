import { describe, expect, test } from '@jest/globals';
import type { ChaosCounts } from './chaos.ts';
import { Chaos } from './chaos.ts';
import { raftRules } from './rules.ts';

const seeds = Number(process.env.CHAOS_SEEDS ?? 60);
const firstSeed = Number(process.env.CHAOS_FIRST_SEED ?? 1);

describe('chaos', () => {
  test('changes nothing of what was agreed', () => {
    const total: ChaosCounts = { applied: 0, reads: 0, terms: 0, changes: 0, installs: 0, truncations: 0 };
    for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
      const chaos = new Chaos(seed, raftRules);
      try {
        chaos.run();
      } catch (error) {
        throw new Error(`seed ${seed}; again with CHAOS_FIRST_SEED=${seed} CHAOS_SEEDS=1`, { cause: error });
      }
      for (const name of Object.keys(total) as (keyof ChaosCounts)[]) total[name] += chaos.counts[name];
    }
    // Chaos in which something never came to pass would have proven nothing about it.
    for (const count of Object.values(total)) expect(count).toBeGreaterThan(seeds);
  }, 600_000);
});
