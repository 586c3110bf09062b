import type { NodeId } from '../../links/links.ts';
import { pairOf } from '../../links/toxiproxy-links.ts';
import type { DirectedProxy } from '../../links/toxics-of.ts';

const host = '127.0.0.1';

/** Which port serves what. Pure. */
export interface Topology {
  /** The API of the links' proxy. */
  readonly proxyPort: number;
  /** Where each node accepts its peers (`RAFT_LISTEN_PEER`). */
  readonly peerAddresses: ReadonlyMap<NodeId, string>;
  /** Where each node serves HTTP (`RAFT_LISTEN_CLIENT`). */
  readonly clientAddresses: ReadonlyMap<NodeId, string>;
  /** One for each ordered pair of nodes, and one from `clients` to each node. */
  readonly proxies: readonly DirectedProxy[];
}

/** Ports that `nodes` nodes take: two each, one for each directed link, one for the links' proxy itself. */
export function portsNeeded(nodes: number): number {
  return 1 + 2 * nodes + nodes + nodes * (nodes - 1);
}

/** @param firstPort of `portsNeeded` consecutive ones. */
export function layOut(nodes: readonly NodeId[], firstPort: number): Topology {
  let next = firstPort;
  const takePort = () => next++;
  const takeAddress = () => `${host}:${takePort()}`;
  const proxyPort = takePort();
  const peerAddresses = new Map(nodes.map((node) => [node, takeAddress()]));
  const clientAddresses = new Map(nodes.map((node) => [node, takeAddress()]));
  const link = (from: string, to: NodeId, upstream: string | undefined): DirectedProxy => ({
    name: pairOf(from, to),
    from,
    to,
    listen: takeAddress(),
    upstream: upstream ?? '',
  });
  const proxies = nodes.flatMap((to) => [
    link('clients', to, clientAddresses.get(to)),
    ...nodes.filter((from) => from !== to).map((from) => link(from, to, peerAddresses.get(to))),
  ]);
  return { proxyPort, peerAddresses, clientAddresses, proxies };
}

/** `RAFT_PEERS` of one node: every node at the near end of the link to it, and itself at its own address. */
export function peersOf(node: NodeId, { peerAddresses, proxies }: Topology): string {
  return [...peerAddresses]
    .map(([peer, ownAddress]) => {
      const link = proxies.find(({ from, to }) => from === node && to === peer);
      return `${peer}=${link?.listen ?? ownAddress}`;
    })
    .join(',');
}
