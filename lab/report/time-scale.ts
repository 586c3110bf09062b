/**
 * A time axis for a picture of few operations that may lie far apart: what happens close together stays legible, and long times in which nothing of interest
 * begins or ends are drawn short. Monotone, so that the order of any two moments can be read off.
 */
export interface TimeScale {
  /** The place of a moment, between 0 and the width. */
  readonly x: (ns: number) => number;
  /** Gaps that are drawn much shorter than their share. */
  readonly breaks: readonly { readonly x: number; readonly ns: number }[];
}

const leastGap = 1;
const gapPerTenfold = 1.1;
/** A gap of at least this length is marked where it is a break. */
const breakNsMin = 200_000_000;

/** @param moments at least one; in any order */
export function timeScale(moments: readonly number[], width: number): TimeScale {
  const points = [...new Set(moments)].toSorted((a, b) => a - b);
  const first = points[0] ?? 0;
  const gaps = points.slice(1).map((point, at) => {
    const ns = point - (points[at] ?? point);
    return { ns, weight: leastGap + gapPerTenfold * Math.log10(1 + ns / 1_000_000) };
  });
  const total = gaps.reduce((sum, gap) => sum + gap.weight, 0);
  const places = [0];
  for (const gap of gaps)
    places.push((places.at(-1) ?? 0) + (total === 0 ? 0 : (gap.weight / total) * width));
  const x = (ns: number): number => {
    const after = points.findIndex((point) => point >= ns);
    if (after === -1) return width;
    if (after === 0) return 0;
    const from = points[after - 1] ?? first;
    const to = points[after] ?? from;
    const left = places[after - 1] ?? 0;
    const right = places[after] ?? left;
    return left + ((ns - from) / (to - from)) * (right - left);
  };
  const breaks = gaps.flatMap(({ ns }, at) =>
    ns >= breakNsMin ? [{ x: ((places[at] ?? 0) + (places[at + 1] ?? 0)) / 2, ns }] : [],
  );
  return { x, breaks };
}
