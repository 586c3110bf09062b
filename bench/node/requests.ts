/** What clients ask for: keys and values drawn from a seed, as ready bytes, so that making them costs the load generator nothing. */
import type { System } from './system.ts';

export const workload = { keys: 1_000, valueBytes: 100, differentPuts: 4_096 } as const;

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

export interface Requests {
  /** One write of each key. */
  readonly fill: readonly Buffer[];
  readonly put: readonly Buffer[];
  readonly get: readonly Buffer[];
}

/** The same keys and values for every system. */
export function makeRequests(system: System, random: () => number): Requests {
  const keys = Array.from({ length: workload.keys }, (_, at) => `key-${String(at).padStart(6, '0')}`);
  const value = (): string =>
    Array.from({ length: workload.valueBytes }, () => alphabet[Math.floor(random() * alphabet.length)]).join(
      '',
    );
  return {
    fill: keys.map((key) => system.putRequest(key, value())),
    put: Array.from({ length: workload.differentPuts }, () =>
      system.putRequest(keys[Math.floor(random() * keys.length)] ?? '', value()),
    ),
    get: keys.map((key) => system.getRequest(key)),
  };
}
