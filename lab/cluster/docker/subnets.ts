/** Small IPv4 subnets for a run's networks, out of the way of the engine's other networks and of the host's routes. */

/** First and last address, as unsigned 32-bit numbers. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** A /29: the gateway's place stays empty on a node's network, and two addresses are taken. */
export interface Subnet {
  readonly cidr: string;
  readonly gateway: string;
  /** Toxiproxy's address. */
  readonly proxy: string;
  /** The node's address. */
  readonly node: string;
}

/**
 * Where to look, in this order. Private blocks that home and office networks seldom use; a virtual private network that routes all of 10/8 leaves the
 * second, and the last is the block for benchmarks (RFC 2544).
 */
const pools = ['10.213.0.0/16', '172.29.0.0/16', '192.168.213.0/24', '198.18.0.0/16'] as const;
const subnetSize = 8;

/**
 * The free subnets, pool by pool, beginning in each at a place drawn by `random` (in [0, 1)), so that runs which start at the same time seldom
 * ask for the same ones. A range of `taken` may be added while the caller goes along.
 */
export function* freeSubnets(taken: readonly AddressRange[], random: () => number): Generator<Subnet> {
  for (const pool of pools) {
    const { first, last } = parseCidr(pool);
    const slots = (last - first + 1) / subnetSize;
    const start = Math.floor(random() * slots);
    for (let step = 0; step < slots; step++) {
      const address = first + ((start + step) % slots) * subnetSize;
      const range = { first: address, last: address + subnetSize - 1 };
      if (!taken.some((other) => overlap(range, other))) yield subnetAt(address);
    }
  }
}

/** The addresses of an IPv4 network such as `10.1.0.0/16`. */
export function parseCidr(cidr: string): AddressRange {
  const [address = '', length = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(length));
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}

/** Where Linux sends what is addressed into a range. */
export interface Route extends AddressRange {
  readonly interface: string;
}

/** The networks that Linux routes elsewhere than by the default route, from the text of `/proc/net/route`. */
export function parseRoutes(table: string): Route[] {
  const routes: Route[] = [];
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const [name, destination, mask] = [columns[0], columns[1], columns[7]];
    if (name === undefined || destination === undefined || mask === undefined) continue;
    const size = 2 ** 32 - littleEndian(mask);
    if (size === 2 ** 32) continue;
    const first = littleEndian(destination);
    routes.push({ interface: name, first, last: first + size - 1 });
  }
  return routes;
}

function overlap(one: AddressRange, other: AddressRange): boolean {
  return one.first <= other.last && other.first <= one.last;
}

function subnetAt(address: number): Subnet {
  return {
    cidr: `${formatAddress(address)}/29`,
    gateway: formatAddress(address + 1),
    proxy: formatAddress(address + 2),
    node: formatAddress(address + 3),
  };
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** The kernel prints addresses as the bytes lie in memory. */
function littleEndian(hexadecimal: string): number {
  const bytes = hexadecimal.match(/../g) ?? [];
  return bytes.reduceRight((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
}
