import { describe, expect, test } from '@jest/globals';
import type { Environment } from './settings.ts';
import { readSettings, SettingsError } from './settings.ts';

const good: Environment = {
  RAFT_ID: 'n1',
  RAFT_PEERS: 'n1=127.0.0.1:7001,n2=node-2:7002,n3=[::1]:7003',
  RAFT_VOTERS: 'n1,n2',
  RAFT_LISTEN_PEER: '0.0.0.0:7001',
  RAFT_LISTEN_CLIENT: '0.0.0.0:8080',
  RAFT_DATA: '/data',
  RAFT_CLUSTER_TOKEN: 'abc',
};

describe('settings', () => {
  test('are read, with defaults for timing', () => {
    expect(readSettings(good)).toEqual({
      id: 'n1',
      peers: new Map([
        ['n2', { host: 'node-2', port: 7002 }],
        ['n3', { host: '::1', port: 7003 }],
      ]),
      voters: ['n1', 'n2'],
      listenPeer: { host: '0.0.0.0', port: 7001 },
      listenClient: { host: '0.0.0.0', port: 8080 },
      dataDirectory: '/data',
      heartbeatMs: 50,
      electionMs: [150, 300],
      snapshotEntries: 10_000,
      leaseReads: false,
      token: 'abc',
    });
    expect(readSettings({ ...good, RAFT_VOTERS: '' }).voters).toEqual([]);
    expect(readSettings({ ...good, RAFT_LEASE_READS: 'on' }).leaseReads).toBe(true);
  });

  test.each([
    ['RAFT_ID', 'n 1'],
    ['RAFT_ID', 'n9'],
    ['RAFT_PEERS', 'n1'],
    ['RAFT_PEERS', 'n1=here:0'],
    ['RAFT_PEERS', 'n1=a:1,n1=b:2'],
    ['RAFT_VOTERS', undefined],
    ['RAFT_VOTERS', 'n1,n1'],
    ['RAFT_VOTERS', 'n1,n7'],
    ['RAFT_LISTEN_PEER', '7001'],
    ['RAFT_LISTEN_CLIENT', 'here:70000'],
    ['RAFT_DATA', ''],
    ['RAFT_HEARTBEAT_MS', '0'],
    ['RAFT_HEARTBEAT_MS', '100'],
    ['RAFT_ELECTION_MS', '300-150'],
    ['RAFT_ELECTION_MS', '150'],
    ['RAFT_SNAPSHOT_ENTRIES', 'many'],
    ['RAFT_LEASE_READS', 'yes'],
    ['RAFT_CLUSTER_TOKEN', undefined],
  ])('%s=%s is refused by name', (name, value) => {
    const read = (): unknown => readSettings({ ...good, [name]: value });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(/RAFT_[A-Z_]+: expected .+, saw /);
  });

  test('every problem is told at once', () => {
    try {
      readSettings({});
      throw new Error('expected an error');
    } catch (error) {
      expect(error).toBeInstanceOf(SettingsError);
      expect((error as SettingsError).problems).toHaveLength(7);
    }
  });
});
