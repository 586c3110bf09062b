/**
 * The register workload: about 40 % reads, a third of the writes compare-and-set, over a few keys that share the log. Every written value is
 * unique in the run, so that a value that is read names the one write it came from.
 */
import { forkSeed, seededRandom, type Random } from './random.ts';
import type { Generator, GeneratorOptions, RegisterRequest, Route } from './workload.ts';

const readShare = 0.42;
const casShareOfWrites = 1 / 3;
/** Compare-and-sets that expect an older value on purpose: a comparison that fails is checked like a read. */
const staleComparisonShare = 0.1;

export function registersGenerator({ seed, clients, keys }: GeneratorOptions): Generator {
  const names = registerKeys(keys);
  const streams: Random[] = Array.from({ length: clients }, (_, client) =>
    seededRandom(forkSeed(seed, `client-${client}`)),
  );
  const written = new Array<number>(clients).fill(0);
  const latest = new Map<string, string | null>();
  const previous = new Map<string, string | null>();

  const uniqueValue = (client: number): string => {
    const count = (written[client] ?? 0) + 1;
    written[client] = count;
    return `c${client}-${count}`;
  };

  return {
    next(client): RegisterRequest {
      const random = streams[client];
      if (random === undefined)
        throw new RangeError(`client ${client} is not one of the ${clients} of this workload`);
      const key = random.pick(names);
      // Each stream draws the same number of times whatever the request becomes, so that one client's run does not shift with its answers.
      const reads = random.chance(readShare);
      const compares = random.chance(casShareOfWrites);
      const stale = random.chance(staleComparisonShare);
      if (reads) return { f: 'read', key };
      const value = uniqueValue(client);
      if (!compares) return { f: 'write', key, value };
      const from = (stale ? previous : latest).get(key) ?? null;
      return { f: 'cas', key, from, to: value };
    },
    saw(key, value) {
      const known = latest.get(key) ?? null;
      if (known === value) return;
      previous.set(key, known);
      latest.set(key, value);
    },
  };
}

/** `x0`, `x1`, …: the keys of a run. */
export function registerKeys(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `x${i}`);
}

/**
 * Two thirds of the clients are pinned, in turn, to the nodes (they find what a deposed leader still answers); the others follow the leader (they keep
 * the log growing on the side that works). A cluster always has one pinned client a node where there are that many clients.
 */
export function clientRoute(client: number, clients: number, nodes: readonly string[]): Route {
  const pinned = Math.min(clients, Math.max(nodes.length, Math.floor((clients * 2) / 3)));
  const node = nodes[client % nodes.length];
  return client < pinned && node !== undefined ? { kind: 'pinned', node } : { kind: 'leader' };
}
