/** How bad the world of a run is: every rate and every delay, drawn from its seed. */
import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';

export interface Conditions {
  readonly network: {
    readonly delayMs: readonly [min: number, typical: number];
    /** Shares of messages between nodes. */
    readonly lost: number;
    readonly repeated: number;
    readonly overtaken: number;
    /** A repeated or overtaken message is late by up to this. */
    readonly lateMsMax: number;
    /** A link stands still this often, and for so long at most. */
    readonly clogsPerMinute: number;
    readonly clogMsMax: number;
    /** Messages to a former life of a node reach the next one. */
    readonly reachesNextLife: boolean;
    /** Entries in one append; what is beyond is lost on the way. */
    readonly appendEntriesMax: number;
  };
  readonly disk: {
    readonly flushMs: readonly [min: number, typical: number];
    /** Share of flushes that take up to `slowMsMax`. */
    readonly slow: number;
    readonly slowMsMax: number;
    /** A snapshot takes up to so much longer. */
    readonly snapshotMsMax: number;
  };
  /** A node's ticks are longer or shorter by up to this share. */
  readonly drift: number;
  /** Time until a node that was started serves. */
  readonly startMs: readonly [min: number, max: number];
  /** Changes of the configuration, of the leader, and snapshots on request, are asked for about this often; null: never. */
  readonly churnEveryMs: number | null;
  readonly snapshotEntries: number;
  /** Bytes of a snapshot in one message. */
  readonly chunkBytes: number;
  /** A machine beside the plan's nodes takes part in changes, and loses its disk about this often; null: there is none. */
  readonly wipeEveryMs: number | null;
}

export function drawConditions(seed: number): Conditions {
  const random = seededRandom(forkSeed(seed, 'conditions'));
  /** Nothing at all in a third of the runs, so that faults are also seen alone. */
  const rate = (max: number): number => (random.chance(1 / 3) ? 0 : share(random) * max);
  const conditions = {
    network: {
      delayMs: [0.05, 0.2 + share(random) * 4],
      lost: rate(0.05),
      repeated: rate(0.05),
      overtaken: rate(0.2),
      lateMsMax: random.pick([5, 50, 500, 3_000]),
      clogsPerMinute: rate(60),
      clogMsMax: random.pick([50, 300, 1_000]),
      reachesNextLife: random.chance(0.5),
      appendEntriesMax: random.pick([1, 2, 8, Infinity, Infinity]),
    },
    disk: {
      flushMs: [0.1, 0.1 + share(random) * 5],
      slow: rate(0.02),
      slowMsMax: random.pick([20, 100, 400]),
      snapshotMsMax: random.pick([0, 30, 300, 1_500]),
    },
    drift: rate(0.1),
    startMs: [20, 20 + random.int(0, 300)],
    churnEveryMs: random.chance(0.5) ? random.int(300, 4_000) : null,
    snapshotEntries: random.pick([10, 25, 60, 150, 1_000]),
  } as const;
  const wipeEveryMs = random.chance(0.4) ? random.int(4_000, 20_000) : null;
  const chunkBytes = random.pick([100, 1_000, 2 ** 17]);
  return { ...conditions, chunkBytes, wipeEveryMs: conditions.churnEveryMs === null ? null : wipeEveryMs };
}

/** Uniform in [0, 1). */
export function share(random: Random): number {
  return random.int(0, 2 ** 30 - 1) / 2 ** 30;
}

/** Mostly near `min`, with a tail: exponential, `typical` on average above `min`. */
export function drawDelayMs(random: Random, [min, typical]: readonly [number, number]): number {
  return min - Math.log(1 - share(random)) * typical;
}
