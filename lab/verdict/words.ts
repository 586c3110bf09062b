/** How evidence says times and lists. */

const nsPerSecond = 1_000_000_000;
export const nsPerMs = 1_000_000;

/** `12.345 s` since the run began, or a duration: both read the same. */
export function seconds(ns: number): string {
  return `${(ns / nsPerSecond).toFixed(3)} s`;
}

/** `12.345678 s`: where it matters which of two moments came first. */
export function exactSeconds(ns: number): string {
  return `${(ns / nsPerSecond).toFixed(6)} s`;
}

/** `n1`, `n1 and n2`, `n1, n2 and n3`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1);
  if (last === undefined) return 'none';
  const rest = items.slice(0, -1);
  return rest.length === 0 ? last : `${rest.join(', ')} and ${last}`;
}
