/** Packs intervals into as few rows as they need: one that begins takes the first row that is free by then. */

export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The row of each interval, in the order given; intervals must be in the order of their beginnings. */
export function packRows(intervals: readonly Interval[]): number[] {
  const freeFrom: number[] = [];
  return intervals.map(({ from, to }) => {
    const free = freeFrom.findIndex((until) => until <= from);
    const row = free === -1 ? freeFrom.length : free;
    freeFrom[row] = to;
    return row;
  });
}
