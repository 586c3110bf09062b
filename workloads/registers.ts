/**
 * The register workload: about 40 % reads, a third of the writes compare-and-set, over a few keys that share the log. Every written value is
 * unique in the run, so that a value that is read names the one write it came from.
 */
import { forkSeed, seededRandom, type Random } from './random.ts';
import type { ClientRole, Generator, GeneratorOptions, RegisterRequest } from './workload.ts';

const casShareOfWrites = 1 / 3;
/** Compare-and-sets that expect an older value on purpose: a comparison that fails is checked like a read. */
const staleComparisonShare = 0.1;

export function registersGenerator({ seed, roles, keys }: GeneratorOptions): Generator {
  const names = registerKeys(keys);
  const streams: Random[] = roles.map((_, client) => seededRandom(forkSeed(seed, `client-${client}`)));
  const written = roles.map(() => 0);
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
      const role = roles[client];
      if (random === undefined || role === undefined)
        throw new RangeError(`client ${client} is not one of the ${roles.length} of this workload`);
      const key = random.pick(names);
      // Each stream draws the same number of times whatever the request becomes, so that one client's run does not shift with its answers.
      const reads = random.chance(role.readShare);
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

/** The share of reads where no client only reads; about two of five. */
const readShareAlone = 0.42;
/** The share of reads of the others, where a third of the clients only reads: together about two of five again. */
const readShareBesideReaders = 0.13;

/**
 * The first clients are pinned to the nodes in turn. The next ones are pinned too, and only read: a client that also writes is soon stuck with a write at a
 * node that is cut off, while a reader goes on asking and finds what a deposed leader still answers. All others follow the leader and keep
 * the log growing on the side that works.
 */
export function clientRoles(clients: number, nodes: readonly string[]): ClientRole[] {
  const readers = clients >= 2 * nodes.length;
  const readShare = readers ? readShareBesideReaders : readShareAlone;
  return Array.from({ length: clients }, (_, client): ClientRole => {
    const node = nodes[client % nodes.length];
    if (node === undefined || client >= 2 * nodes.length || (client >= nodes.length && !readers)) {
      return { route: { kind: 'leader' }, readShare };
    }
    return { route: { kind: 'pinned', node }, readShare: client < nodes.length ? readShare : 1 };
  });
}
