import type { NodeId } from '../../links/links.ts';
import type { ClusterOptions } from '../cluster.ts';
import type { LabNetworks } from './networks.ts';
import { dataDirectory } from './node-volume.ts';
import { clientPort, peerPort, peersOf } from './ports.ts';

/** What the contract's section "Start" promises a node. The user's own variables come first: they cannot change the contract's. */
export function environmentOf(
  node: NodeId,
  options: ClusterOptions,
  networks: LabNetworks,
  token: string,
): Record<string, string> {
  return {
    ...options.env,
    RAFT_ID: node,
    RAFT_PEERS: peersOf(networks, options.nodes, node),
    RAFT_VOTERS: options.voters.includes(node) ? options.voters.join(',') : '',
    RAFT_LISTEN_PEER: `0.0.0.0:${peerPort}`,
    RAFT_LISTEN_CLIENT: `0.0.0.0:${clientPort}`,
    RAFT_DATA: dataDirectory,
    RAFT_HEARTBEAT_MS: String(options.heartbeatMs),
    RAFT_ELECTION_MS: options.electionMs.join('-'),
    RAFT_SNAPSHOT_ENTRIES: String(options.snapshotEntries),
    RAFT_CLUSTER_TOKEN: token,
  };
}
