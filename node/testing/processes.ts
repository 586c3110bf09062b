/** Real nodes on loopback, for tests: processes with disks of their own, killed and paused as the test likes. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeStatus } from '../runtime/node-status.ts';
import type { Address } from '../transport/transport.ts';

/** Below the range that dials take their own ports from: a dial to a dead port there can connect to itself. */
const [lowestPort, highestPort] = [21_000, 31_000];
const portTries = 50;
/** How long anything is waited for: far more than it takes, since test machines are shared. */
const patienceMs = 20_000;
const pollMs = 25;
/** What the nodes show each other, and admins show them. */
export const clusterToken = 'test-token';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface TestNode {
  readonly id: string;
  process: ChildProcess | null;
  output: string;
}

export class TestCluster implements AsyncDisposable {
  readonly ids: readonly string[];
  readonly #directory: string;
  readonly #firstPort: number;
  readonly #entry: string;
  readonly #voters: readonly string[];
  readonly #nodes: ReadonlyMap<string, TestNode>;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(
    directory: string,
    firstPort: number,
    ids: readonly string[],
    options: TestClusterOptions,
  ) {
    this.#directory = directory;
    this.#firstPort = firstPort;
    this.ids = ids;
    this.#entry = options.entry ?? 'main.ts';
    this.#voters = options.voters ?? ids;
    this.#environment = options.environment ?? {};
    this.#nodes = new Map(ids.map((id) => [id, { id, process: null, output: '' }]));
  }

  /** Starts the voters; resolves when they have a leader. */
  static async start(size: number, options: TestClusterOptions = {}): Promise<TestCluster> {
    const ids = Array.from({ length: size }, (_, at) => `n${at + 1}`);
    const directory = await mkdtemp(join(tmpdir(), 'raft-lab-node-'));
    const cluster = new TestCluster(directory, await freePorts(2 * size), ids, options);
    await Promise.all((options.voters ?? ids).map((id) => cluster.start(id)));
    await cluster.leader();
    return cluster;
  }

  dataDirectory(id: string): string {
    return join(this.#directory, id);
  }

  /** The process of a node that runs. */
  process(id: string): ChildProcess {
    const { process: child } = this.#node(id);
    if (child === null) throw new Error(`${id} does not run`);
    return child;
  }

  pid(id: string): number {
    const { pid } = this.process(id);
    if (pid === undefined) throw new Error(`${id} does not run`);
    return pid;
  }

  /** Where a node accepts its peers, and where they dial it. */
  peerAddress(id: string): Address {
    return { host: '127.0.0.1', port: this.#firstPort + this.ids.indexOf(id) };
  }

  /** What a node printed since its last start. */
  output(id: string): string {
    return this.#node(id).output;
  }

  /** Starts a node without waiting for it. */
  async spawn(id: string, changes: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
    const node = this.#node(id);
    await mkdir(this.dataDirectory(id), { recursive: true });
    const at = this.ids.indexOf(id);
    const child = spawn(
      process.execPath,
      ['--conditions=raft-lab:source', join(import.meta.dirname, '..', this.#entry)],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          RAFT_ID: id,
          RAFT_PEERS: this.ids.map((peer, place) => `${peer}=127.0.0.1:${this.#firstPort + place}`).join(','),
          RAFT_VOTERS: this.#voters.includes(id) ? this.#voters.join(',') : '',
          RAFT_LISTEN_PEER: `127.0.0.1:${this.#firstPort + at}`,
          RAFT_LISTEN_CLIENT: `127.0.0.1:${this.clientPort(id)}`,
          RAFT_DATA: this.dataDirectory(id),
          RAFT_CLUSTER_TOKEN: clusterToken,
          RAFT_ELECTION_MS: '300-600',
          ...this.#environment,
          ...changes,
        },
      },
    );
    node.process = child;
    node.output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (node.output += chunk.toString()));
    }
    return child;
  }

  async start(id: string): Promise<void> {
    await this.spawn(id);
    await until(`${id} answers /status`, async () => (await this.status(id)) !== undefined);
  }

  /** Sends a signal; for one that ends the process, resolves when it has ended. */
  async signal(id: string, signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#node(id).process;
    if (child === null) throw new Error(`${id} does not run`);
    const ended = ending(child);
    child.kill(signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return null;
    this.#node(id).process = null;
    return ended;
  }

  async status(id: string): Promise<NodeStatus | undefined> {
    const { status, body } = await this.try(id, 'GET', '/status');
    return status === 200 ? (body as unknown as NodeStatus) : undefined;
  }

  /** The node that leads in the highest term, once a majority of the voters says so. */
  async leader(except: readonly string[] = []): Promise<string> {
    const found: { leader: string } = { leader: '' };
    await until('there is a leader', async () => {
      const asked = this.ids.filter((id) => !except.includes(id) && this.#node(id).process !== null);
      const statuses = (await Promise.all(asked.map((id) => this.status(id)))).filter(
        (status) => status !== undefined,
      );
      const highest = Math.max(0, ...statuses.map(({ term }) => term));
      const leader = statuses.find(({ role, term }) => role === 'leader' && term === highest)?.id;
      if (leader === undefined) return false;
      found.leader = leader;
      const voters = statuses.find(({ id }) => id === leader)?.voters ?? [];
      const following = statuses.filter((status) => voters.includes(status.id) && status.leader === leader);
      return following.length * 2 > voters.length;
    });
    return found.leader;
  }

  async call(
    id: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
    limitMs = 5_000,
  ): Promise<Answer> {
    const answer = await fetch(`http://127.0.0.1:${this.clientPort(id)}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(limitMs),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  }

  /** A call whose failure to connect, or to be answered, is status 0. */
  async try(id: string, method: string, path: string, body?: unknown): Promise<Answer> {
    return this.call(id, method, path, body).catch(() => ({ status: 0, body: {} }));
  }

  async write(id: string, key: string, value: string): Promise<void> {
    await until(`${id} takes a write`, async () => {
      return (await this.try(id, 'PUT', `/registers/${key}`, { value })).status === 200;
    });
  }

  async read(id: string, key: string): Promise<unknown> {
    let value: unknown;
    await until(`${id} answers a read`, async () => {
      const { status, body } = await this.try(id, 'GET', `/registers/${key}`);
      value = body.value;
      return status === 200;
    });
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes.values()) {
      const child = node.process;
      if (child === null) continue;
      child.kill('SIGKILL');
      await ending(child);
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  clientPort(id: string): number {
    return this.#firstPort + this.ids.length + this.ids.indexOf(id);
  }

  #node(id: string): TestNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
  }
}

export interface TestClusterOptions {
  /** A file of `node/`: `main.ts`, or a mutant. */
  readonly entry?: string;
  /** The first voters; the others are not started. */
  readonly voters?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Resolves with the exit code when the process has ended, or at once if it has. */
export function ending(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });
}

/** Polls until `condition` holds. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > patienceMs)
      throw new Error(`waited ${patienceMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function freePorts(count: number): Promise<number> {
  for (let tries = portTries; tries > 0; tries -= 1) {
    const first = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort - count));
    const free = await Promise.all(Array.from({ length: count }, (_, at) => isFree(first + at)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`found no ${count} free ports in a row between ${lowestPort} and ${highestPort}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
