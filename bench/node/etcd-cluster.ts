/** etcd as Debian packages it, with its defaults, spoken to through its JSON gateway: HTTP/1.1 and JSON on both sides of the comparison. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Member } from './member.ts';
import { Members } from './members.ts';
import { freePorts } from './ports.ts';
import type { System, SystemOptions } from './system.ts';
import { httpRequest } from './system.ts';
import { ask } from './waiting.ts';

/** @throws Error saying how to install it where there is none. */
export function etcdVersion(): string {
  const { stdout, error } = spawnSync('etcd', ['--version'], { encoding: 'utf8' });
  const version = error === undefined ? /etcd Version: (\S+)/.exec(stdout)?.[1] : undefined;
  if (version === undefined) {
    throw new Error(
      'Expected etcd on the path, saw none. Install it: apt-get install --no-install-recommends etcd-server (Debian 12 or newer), ' +
        'and stop the service that comes with it.',
    );
  }
  return version;
}

interface MaintenanceStatus {
  readonly header: { readonly member_id: string };
  readonly leader?: string;
}

export async function startEtcdCluster(options: SystemOptions): Promise<System> {
  const { members: size, directory, snapshotEntries, timing } = options;
  const names = Array.from({ length: size }, (_, at) => `e${at + 1}`);
  const ports = await freePorts(2 * size);
  const peerUrls = ports.slice(0, size).map((port) => `http://127.0.0.1:${port}`);
  const endpoints = ports.slice(size).map((port) => ({ host: '127.0.0.1', port }));
  const start = (): Member[] =>
    endpoints.map(({ port }, at) => {
      const name = names[at] ?? '';
      const peerUrl = peerUrls[at] ?? '';
      const argv = {
        name,
        'data-dir': join(directory, name),
        'listen-client-urls': `http://127.0.0.1:${port}`,
        'advertise-client-urls': `http://127.0.0.1:${port}`,
        'listen-peer-urls': peerUrl,
        'initial-advertise-peer-urls': peerUrl,
        'initial-cluster': names.map((other, place) => `${other}=${peerUrls[place]}`).join(','),
        'initial-cluster-state': 'new',
        'heartbeat-interval': String(timing.heartbeatMs),
        'election-timeout': String(timing.electionMs),
        'snapshot-count': String(snapshotEntries),
        logger: 'zap',
        'log-level': 'warn',
      };
      return new Member({
        command: 'etcd',
        argv: Object.entries(argv).map(([option, value]) => `--${option}=${value}`),
        environment: {},
        logFile: join(directory, `${name}.log`),
      });
    });
  const members = new Members(start);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return {
    name: 'etcd',
    endpoints,
    async leader() {
      members.assertRuns();
      for (const endpoint of endpoints) {
        const answer = await ask(endpoint, httpRequest('POST', '/v3/maintenance/status', {}));
        if (answer?.status !== 200) continue;
        const { header, leader } = JSON.parse(answer.body) as MaintenanceStatus;
        if (header.member_id === leader) return endpoint;
      }
      return undefined;
    },
    putRequest: (key, value) => httpRequest('POST', '/v3/kv/put', { key: base64(key), value: base64(value) }),
    getRequest: (key) => httpRequest('POST', '/v3/kv/range', { key: base64(key) }),
    isPut: ({ status }) => status === 200,
    isGet: ({ status, body }, valueBytes) => status === 200 && body.length >= valueBytes,
    restart: () => members.restart(),
    assertRuns: () => members.assertRuns(),
    cpuMs: () => members.cpuMs(),
    memoryBytes: () => members.memoryBytes(),
    [Symbol.asyncDispose]: () => members[Symbol.asyncDispose](),
  };
}
