/** Whether something stays flat over a long run: the last quarter of its samples against the second, since the first is for warming up. */
import { median } from '../node/statistics.ts';

export interface Flatness {
  readonly secondQuarter: number;
  readonly lastQuarter: number;
  /** The last over the second. */
  readonly growth: number;
  readonly flat: boolean;
}

/** More growth than this, between medians that lie half the run apart, is a leak, unless it is less than what the thing goes up and down by anyway. */
export const maxGrowth = 1.15;
/** With fewer samples than this a quarter has no median worth the name. */
export const minSamples = 16;

/** @param samples evenly spaced in time, of any unit; @param slack growth that says nothing, in the same unit. */
export function flatness(samples: readonly number[], slack: number): Flatness {
  if (samples.length < minSamples) {
    throw new Error(
      `expected at least ${minSamples} samples, saw ${samples.length}: let the run take longer`,
    );
  }
  const quarter = samples.length / 4;
  const secondQuarter = median(samples.slice(Math.floor(quarter), Math.floor(2 * quarter)));
  const lastQuarter = median(samples.slice(Math.floor(3 * quarter)));
  const growth = lastQuarter / secondQuarter;
  const flat = growth <= maxGrowth || lastQuarter - secondQuarter <= slack;
  return { secondQuarter, lastQuarter, growth, flat };
}
