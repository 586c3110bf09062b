/** Who listens where. Each port is on an address of its own network, so the numbers are free to be the same everywhere. */
import type { NodeId } from '../../links/links.ts';
import type { DirectedProxy } from '../../links/toxics-of.ts';
import { pairOf } from '../../links/toxiproxy-links.ts';
import type { Entrance } from '../cluster.ts';
import type { LabNetworks } from './networks.ts';

/** Of Toxiproxy's API, on the front's address only. */
export const adminPort = 8474;
/** `RAFT_LISTEN_PEER` and `RAFT_LISTEN_CLIENT` of every node. */
export const peerPort = 7001;
export const clientPort = 8080;

/** On Toxiproxy's address on a node's network: the way to the node with this index. */
const firstLinkPort = 7001;
/** On Toxiproxy's address on the front, published on the lab's side: a node's two entrances. */
const firstEntrancePort: Readonly<Record<Entrance, number>> = { clients: 9001, observer: 9501 };

const entrances: readonly Entrance[] = ['clients', 'observer'];

export function entrancePort(nodes: readonly NodeId[], node: NodeId, entrance: Entrance): number {
  return firstEntrancePort[entrance] + nodes.indexOf(node);
}

/** What Toxiproxy's container publishes. */
export function publishedPorts(nodes: readonly NodeId[]): number[] {
  const ofNodes = nodes.flatMap((node) => entrances.map((entrance) => entrancePort(nodes, node, entrance)));
  return [adminPort, ...ofNodes];
}

/** `RAFT_PEERS` as `node` must see it: Toxiproxy on its own network for everybody else, and itself without a detour. */
export function peersOf(networks: LabNetworks, nodes: readonly NodeId[], node: NodeId): string {
  const subnet = networks.ofNode.get(node)?.subnet;
  const addressOf = (peer: NodeId, index: number): string =>
    peer === node ? `${subnet?.node}:${peerPort}` : `${subnet?.proxy}:${firstLinkPort + index}`;
  return nodes.map((peer, index) => `${peer}=${addressOf(peer, index)}`).join(',');
}

/** Every proxy of the cluster: one for each directed pair of nodes, and two entrances a node. */
export function directedProxies(networks: LabNetworks, nodes: readonly NodeId[]): DirectedProxy[] {
  const front = networks.front.subnet.proxy;
  const proxies: DirectedProxy[] = [];
  for (const [index, to] of nodes.entries()) {
    const address = networks.ofNode.get(to)?.subnet.node ?? '';
    for (const [from, { subnet }] of networks.ofNode) {
      if (from === to) continue;
      proxies.push({
        name: pairOf(from, to),
        from,
        to,
        listen: `${subnet.proxy}:${firstLinkPort + index}`,
        upstream: `${address}:${peerPort}`,
      });
    }
    for (const entrance of entrances) {
      proxies.push({
        name: pairOf(entrance, to),
        from: entrance,
        to,
        listen: `${front}:${entrancePort(nodes, to, entrance)}`,
        upstream: `${address}:${clientPort}`,
      });
    }
  }
  return proxies;
}
