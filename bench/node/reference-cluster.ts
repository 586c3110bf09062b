/** The reference node, started as anyone would start it: `node/main.ts` with the contract's environment. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Member } from './member.ts';
import { Members } from './members.ts';
import { freePorts } from './ports.ts';
import type { System, SystemOptions } from './system.ts';
import { httpRequest } from './system.ts';
import { ask } from './waiting.ts';

const entry = resolve(import.meta.dirname, '..', '..', 'node', 'main.ts');

/** @param execArgv further options of Node, as a profiler's. */
export async function startReferenceCluster(
  options: SystemOptions,
  execArgv: readonly string[] = [],
): Promise<System> {
  const { members: size, directory, snapshotEntries, timing } = options;
  const ids = Array.from({ length: size }, (_, at) => `n${at + 1}`);
  const ports = await freePorts(2 * size);
  const [peerPorts, clientPorts] = [ports.slice(0, size), ports.slice(size)];
  const endpoints = clientPorts.map((port) => ({ host: '127.0.0.1', port }));
  for (const id of ids) await mkdir(join(directory, id), { recursive: true });
  const start = (): Member[] =>
    ids.map(
      (id, at) =>
        new Member({
          command: process.execPath,
          argv: ['--conditions=raft-lab:source', ...execArgv, entry],
          logFile: join(directory, `${id}.log`),
          environment: {
            RAFT_ID: id,
            RAFT_PEERS: ids.map((peer, place) => `${peer}=127.0.0.1:${peerPorts[place]}`).join(','),
            RAFT_VOTERS: ids.join(','),
            RAFT_LISTEN_PEER: `127.0.0.1:${peerPorts[at]}`,
            RAFT_LISTEN_CLIENT: `127.0.0.1:${clientPorts[at]}`,
            RAFT_DATA: join(directory, id),
            RAFT_HEARTBEAT_MS: String(timing.heartbeatMs),
            RAFT_ELECTION_MS: `${timing.electionMs}-${2 * timing.electionMs}`,
            RAFT_SNAPSHOT_ENTRIES: String(snapshotEntries),
            RAFT_CLUSTER_TOKEN: 'bench',
          },
        }),
    );
  const members = new Members(start);
  return {
    name: 'ours',
    endpoints,
    async leader() {
      members.assertRuns();
      for (const endpoint of endpoints) {
        const answer = await ask(endpoint, httpRequest('GET', '/status'));
        if (answer?.status === 200 && answer.body.includes('"role":"leader"')) return endpoint;
      }
      return undefined;
    },
    putRequest: (key, value) => httpRequest('PUT', `/registers/${key}`, { value }),
    getRequest: (key) => httpRequest('GET', `/registers/${key}`),
    isPut: ({ status }) => status === 200,
    isGet: ({ status, body }, valueBytes) => status === 200 && body.length >= valueBytes,
    restart: () => members.restart(),
    assertRuns: () => members.assertRuns(),
    cpuMs: () => members.cpuMs(),
    memoryBytes: () => members.memoryBytes(),
    [Symbol.asyncDispose]: () => members[Symbol.asyncDispose](),
  };
}
