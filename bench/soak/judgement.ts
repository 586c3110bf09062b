/** What is held against a soak once it is over. */
import type { Flatness } from './flatness.ts';
import { flatness, maxGrowth, minSamples } from './flatness.ts';

/** What all members took at one moment, in their order. */
export interface Sample {
  readonly minute: number;
  readonly memoryMiB: readonly number[];
  readonly diskMiB: readonly number[];
}

export interface Soaked {
  readonly samples: readonly Sample[];
  /** Answers that cannot be right, in words. */
  readonly wrong: readonly string[];
  readonly opsPerSecond: number;
  readonly opsPerSecondAsked: number;
}

export interface JudgedMember {
  readonly node: string;
  readonly memoryMiB: Flatness;
  readonly diskMiB: Flatness;
}

export const limits = {
  maxGrowth,
  /** Growth that says nothing. V8 takes its young generation, three times 16 MiB, step by step; between two compactions a log grows by its file. */
  slackMiB: { memoryMiB: 32, diskMiB: 1 },
  /** With less of the load than this, flat says little. */
  minLoadShare: 0.8,
} as const;

export function judge({ samples, wrong, opsPerSecond, opsPerSecondAsked }: Soaked): {
  readonly members: readonly JudgedMember[];
  /** Empty when the soak passed. */
  readonly complaints: readonly string[];
} {
  const of = (what: 'memoryMiB' | 'diskMiB', at: number): Flatness =>
    flatness(
      samples.map((sample) => sample[what][at] ?? NaN),
      limits.slackMiB[what],
    );
  // A run that a wrong answer ended early has nothing to say of what grows.
  const judged = samples.length < minSamples ? [] : (samples[0]?.memoryMiB ?? []);
  const members = judged.map((_, at) => ({
    node: `n${at + 1}`,
    memoryMiB: of('memoryMiB', at),
    diskMiB: of('diskMiB', at),
  }));
  const complaints = [...wrong];
  if (members.length === 0) {
    complaints.push(`expected at least ${minSamples} samples of each member, saw ${samples.length}`);
  }
  for (const { node, ...things } of members) {
    for (const [what, { secondQuarter, lastQuarter, flat }] of Object.entries(things)) {
      if (flat) continue;
      complaints.push(
        `${node}: expected ${what} to stay flat, saw a median of ${secondQuarter.toFixed(2)} in the second quarter and ${lastQuarter.toFixed(2)} in the last`,
      );
    }
  }
  if (opsPerSecond < opsPerSecondAsked * limits.minLoadShare) {
    complaints.push(
      `expected ${opsPerSecondAsked} operations a second, saw ${opsPerSecond.toFixed(0)}: the machine is too busy`,
    );
  }
  return { members, complaints };
}
