/** Where generated histories take their choices from. */

/** A whole number from 0 up to, but not including, `below`. */
export type Draw = (below: number) => number;

/** A seeded source (mulberry32): the same seed, the same choices. */
export function seededDraw(seed: number): Draw {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** True in `percent` of 100 cases. */
export function chance(draw: Draw, percent: number): boolean {
  return draw(100) < percent;
}
