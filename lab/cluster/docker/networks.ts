/** The networks of a run: one for each node, on which it has no neighbour but Toxiproxy, and a front through which the lab comes in. */
import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { NodeId } from '../../links/links.ts';
import { LabError } from '../../lab-error.ts';
import { freeSubnets, parseCidr, parseRoutes, type AddressRange, type Subnet } from './subnets.ts';

/** Concurrent runs may take a subnet between our look and our wish; then the next one is tried. */
const attemptsMax = 100;

export interface LabNetwork {
  readonly name: string;
  readonly subnet: Subnet;
}

export interface LabNetworks {
  readonly front: LabNetwork;
  readonly ofNode: ReadonlyMap<NodeId, LabNetwork>;
}

/** Creates the networks of a run. Rejects with `LabError('engine')` when no subnet is free. */
export async function createNetworks(
  engine: Docker,
  runId: string,
  labels: Record<string, string>,
  nodes: readonly NodeId[],
): Promise<LabNetworks> {
  const subnets = freeSubnets(await takenRanges(engine), Math.random);
  const prefix = `raft-lab-${runId}`;
  const [front, ...networks] = await Promise.all([
    createNetwork(engine, labels, `${prefix}-front`, frontOptions, subnets),
    ...nodes.map((node) => createNetwork(engine, labels, `${prefix}-${node}-net`, nodeOptions, subnets)),
  ]);
  const ofNode = networks.map((network, index): [NodeId, LabNetwork] => [nodes[index] ?? '', network]);
  return { front, ofNode: new Map(ofNode) };
}

/** Published ports work on the front; without masquerading nothing on it gets further than the host. */
const frontOptions = {
  Internal: false,
  Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
};

/** `Internal` leaves a container without a default route; without `inhibit_ipv4` it would still reach the host at the bridge's address. */
const nodeOptions = { Internal: true, Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' } };

async function createNetwork(
  engine: Docker,
  labels: Record<string, string>,
  name: string,
  options: typeof frontOptions | typeof nodeOptions,
  subnets: Generator<Subnet>,
): Promise<LabNetwork> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const next = subnets.next();
    if (next.done === true) break;
    const subnet = next.value;
    const ipam = { Driver: 'default', Config: [{ Subnet: subnet.cidr, Gateway: subnet.gateway }] };
    try {
      await engine.createNetwork({
        Name: name,
        Driver: 'bridge',
        IPAM: ipam,
        Labels: labels,
        ...options,
      });
      return { name, subnet };
    } catch (error) {
      if (!isSubnetConflict(error)) throw error;
    }
  }
  throw new LabError(
    'engine',
    `No free subnet was found for the network ${name}. Remove networks that are no longer used (docker network prune) and try again.`,
  );
}

function isSubnetConflict(error: unknown): boolean {
  return error instanceof Error && /overlap|in use|already exists on/i.test(error.message);
}

async function takenRanges(engine: Docker): Promise<AddressRange[]> {
  const networks = await engine.listNetworks();
  const ofEngine = networks
    .flatMap((network) => network.IPAM?.Config ?? [])
    .map((config) => config.Subnet ?? '')
    .filter((cidr) => cidr.includes('.'))
    .map(parseCidr);
  // The routes of this machine; an engine elsewhere has others, which nobody can ask for.
  const routes = await readFile('/proc/net/route', 'utf8').then(parseRoutes, () => []);
  return [...ofEngine, ...routes];
}
