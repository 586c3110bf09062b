import type { NodeId } from '../../links/links.ts';
import type { ClusterOptions } from '../cluster.ts';
import { peersOf, type Topology } from './topology.ts';

/** Variables of the lab's own process that are not a node's business: options for Node itself, and what a test runner leaves. */
const notPassedOn = /^(NODE_OPTIONS|NODE_CHANNEL_.*|NODE_TEST_CONTEXT|JEST_WORKER_ID|RAFT_.*)$/;

/** The environment of one node: the contract's variables, on top of what a program needs to be found and to run. Pure. */
export function nodeEnvironment(
  node: NodeId,
  options: ClusterOptions,
  topology: Topology,
  token: string,
  dataDirectory: string,
  inherited: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !notPassedOn.test(name))),
    ...options.env,
    RAFT_ID: node,
    RAFT_PEERS: peersOf(node, topology),
    RAFT_VOTERS: options.voters.includes(node) ? options.voters.join(',') : '',
    RAFT_LISTEN_PEER: topology.peerAddresses.get(node),
    RAFT_LISTEN_CLIENT: topology.clientAddresses.get(node),
    RAFT_DATA: dataDirectory,
    RAFT_HEARTBEAT_MS: String(options.heartbeatMs),
    RAFT_ELECTION_MS: options.electionMs.join('-'),
    RAFT_SNAPSHOT_ENTRIES: String(options.snapshotEntries),
    RAFT_CLUSTER_TOKEN: token,
  };
}
