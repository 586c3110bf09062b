/** Random intervals of a few overlapping operations. */
import type { Draw } from './draw.ts';

export interface Interval {
  readonly call: number;
  readonly return: number;
}

/** `count` intervals by call, their ends in random order. With `touching`, ends may fall on one moment and intervals have no length. */
export function randomIntervals(draw: Draw, count: number, touching: boolean): Interval[] {
  const ends = Array.from({ length: count * 2 }, (_, index) => index >> 1);
  for (let index = ends.length - 1; index > 0; index--) {
    const other = draw(index + 1);
    [ends[index], ends[other]] = [ends[other] ?? 0, ends[index] ?? 0];
  }
  const position = (index: number) => (touching ? index >> 1 : index);
  const intervals = Array.from({ length: count }, (_, operation) => ({
    call: position(ends.indexOf(operation)),
    return: position(ends.lastIndexOf(operation)),
  }));
  return intervals.sort((a, b) => a.call - b.call);
}
