import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Randomness as the lab uses it: every draw comes from a seed, so that the same seed gives the same draws. */
export interface Random {
  /** A whole number in [low, high], both included. */
  int(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** `count` different ones of `items` (all of them where there are fewer), in random order. */
  sample<T>(items: readonly T[], count: number): T[];
}

/** @param seed a whole number from 0 to 2^32 - 1. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  const int = (low: number, high: number): number => uniformInt(generator, low, high);
  return {
    int,
    chance: (probability) => uniformFloat64(generator) < probability,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new RangeError('cannot pick from an empty list');
      return item;
    },
    sample: (items, count) => {
      const pool = [...items];
      // Fisher-Yates, from the front, as far as is asked for.
      for (let i = 0; i < Math.min(count, pool.length); i += 1) {
        const j = int(i, pool.length - 1);
        [pool[i], pool[j]] = [pool[j] as (typeof pool)[number], pool[i] as (typeof pool)[number]];
      }
      return pool.slice(0, count);
    },
  };
}

/** A seed for an independent stream named `name`, so that a draw added to one stream leaves the others as they were (FNV-1a over the name). */
export function forkSeed(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
