import { expect, test } from '@jest/globals';
import type { ClusterOptions } from '../cluster.ts';
import { nodeEnvironment } from './node-environment.ts';
import { layOut, peersOf, portsNeeded } from './topology.ts';

const nodes = ['n1', 'n2', 'n3'];
const topology = layOut(nodes, 20_000);

test('every port has one use', () => {
  const ports = [
    topology.proxyPort,
    ...[
      ...topology.peerAddresses.values(),
      ...topology.clientAddresses.values(),
      ...topology.proxies.map(({ listen }) => listen),
    ].map((address) => Number(address.split(':')[1])),
  ].sort((one, other) => one - other);
  expect(ports).toEqual(Array.from({ length: portsNeeded(3) }, (_, index) => 20_000 + index));
});

test('each node dials each other one through a link of its own, and itself directly', () => {
  expect(peersOf('n2', topology).split(',')).toEqual([
    `n1=${topology.proxies.find(({ name }) => name === 'n2~n1')?.listen}`,
    `n2=${topology.peerAddresses.get('n2')}`,
    `n3=${topology.proxies.find(({ name }) => name === 'n2~n3')?.listen}`,
  ]);
  for (const { from, to, upstream } of topology.proxies) {
    expect(upstream).toBe((from === 'clients' ? topology.clientAddresses : topology.peerAddresses).get(to));
  }
});

const options: ClusterOptions = {
  runId: 'r',
  source: { kind: 'command', argv: ['./node'] },
  nodes,
  voters: ['n1', 'n2'],
  logDirectory: '/tmp',
  env: { EXTRA: 'given', RAFT_ID: 'not the caller’s to set' },
  heartbeatMs: 50,
  electionMs: [150, 300],
  snapshotEntries: 100,
  readyTimeoutMs: 10_000,
};

test('a node gets the contract’s variables, what the caller adds, and nothing of the lab’s own', () => {
  const inherited = { PATH: '/bin', NODE_OPTIONS: '--inspect', JEST_WORKER_ID: '1', RAFT_LAB_X: 'y' };
  expect(nodeEnvironment('n1', options, topology, 'a'.repeat(32), '/data/n1', inherited)).toEqual({
    PATH: '/bin',
    EXTRA: 'given',
    RAFT_ID: 'n1',
    RAFT_PEERS: peersOf('n1', topology),
    RAFT_VOTERS: 'n1,n2',
    RAFT_LISTEN_PEER: '127.0.0.1:20001',
    RAFT_LISTEN_CLIENT: '127.0.0.1:20004',
    RAFT_DATA: '/data/n1',
    RAFT_HEARTBEAT_MS: '50',
    RAFT_ELECTION_MS: '150-300',
    RAFT_SNAPSHOT_ENTRIES: '100',
    RAFT_CLUSTER_TOKEN: 'a'.repeat(32),
  });
});

test('a node that is no voter waits to be added', () => {
  expect(nodeEnvironment('n3', options, topology, 't', '/data/n3', {}).RAFT_VOTERS).toBe('');
});
