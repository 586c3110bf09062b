import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../lab-error.ts';
import { ProxyProcess } from '../../links/built-in/proxy-process.ts';
import type { Links, NodeId } from '../../links/links.ts';
import { connectToxiproxy } from '../../links/toxiproxy-client.ts';
import { ToxiproxyLinks } from '../../links/toxiproxy-links.ts';
import type { Clock, Cluster, ClusterOptions, CreateCluster, Entrance, NodeExit } from '../cluster.ts';
import type { Door } from '../door.ts';
import { HttpDoor } from '../http-door.ts';
import { MonotonicClock } from '../monotonic-clock.ts';
import { NodeLog } from '../node-log.ts';
import { killMarked } from '../watchdog/clear.ts';
import { Watchdog } from '../watchdog/watchdog.ts';
import { diskBytesOf } from './disk-bytes.ts';
import { nodeEnvironment } from './node-environment.ts';
import { reservePorts } from './ports.ts';
import { processGroupOf } from './process-group.ts';
import { ProcessNode } from './process-node.ts';
import { layOut, portsNeeded, type Topology } from './topology.ts';

/**
 * Nodes as child processes on loopback, each in a process group of its own, joined by directed links through a proxy in another process. Rejects with a `LabError`:
 * `usage` for a source that is not a command, `port`, `links`, or `environment`.
 */
export const createProcessCluster: CreateCluster = async (options) => {
  if (options.source.kind !== 'command') {
    throw new LabError(
      'usage',
      `the process cluster runs a command, not the image ${options.source.image}; give a command, or choose the docker cluster`,
    );
  }
  if (process.platform !== 'linux') {
    throw new LabError(
      'environment',
      `the process cluster needs Linux, for /proc; this is ${process.platform}. Choose the docker cluster`,
    );
  }
  const { argv, directory = process.cwd() } = options.source;
  await using building = new AsyncDisposableStack();

  // Nodes get the contract's variables and nothing else; the lab's own helpers say whose they are.
  const mark = { RAFT_LAB_RUN: options.runId };
  const ports = building.use(
    await reservePorts(portsNeeded(options.nodes.length), options.firstPort, Math.random),
  );
  const topology = layOut(options.nodes, ports.first);
  // Until the watchdog knows of it, the proxy's own standard input ties it to the lab.
  const [watchdog, proxy] = await bothStarted(
    Watchdog.start(mark).then((started) => building.use(started)),
    ProxyProcess.start(topology.proxyPort, mark).then((started) => building.use(started)),
  );
  watchdog.guard({ kind: 'process-group', ...processGroupOf(proxy.pid) });
  const runDirectory = join(tmpdir(), `raft-lab-${options.runId}`);
  const token = randomBytes(16).toString('hex');
  watchdog.guard({ kind: 'directory', path: runDirectory });
  watchdog.guard({ kind: 'environment', variable: `RAFT_CLUSTER_TOKEN=${token}` });
  building.defer(() => rm(runDirectory, { recursive: true, force: true, maxRetries: 5 }));
  const dataDirectoryOf = (node: NodeId) => join(runDirectory, node);
  for (const node of options.nodes) await mkdir(dataDirectoryOf(node), { recursive: true });

  const links = await ToxiproxyLinks.create(connectToxiproxy(proxy.url), topology.proxies);

  const doors = new Map<string, HttpDoor>();
  for (const node of options.nodes) {
    for (const entrance of ['clients', 'observer'] as const) {
      const address = addressOf(node, entrance, topology);
      doors.set(`${entrance} ${node}`, building.use(new HttpDoor(`http://${address}`)));
    }
  }
  const door = (node: NodeId, entrance: Entrance): HttpDoor => known(doors, `${entrance} ${node}`);

  const listeners: ((exit: NodeExit) => void)[] = [];
  const nodes = new Map<NodeId, { readonly node: ProcessNode; readonly log: NodeLog }>();
  for (const id of options.nodes) {
    const log = building.use(new NodeLog(join(options.logDirectory, `${id}.log`)));
    const dataDirectory = dataDirectoryOf(id);
    const node = new ProcessNode({
      id,
      argv,
      directory,
      environment: nodeEnvironment(id, options, topology, token, dataDirectory, process.env),
      dataDirectory,
      log,
      gate: links,
      door: door(id, 'observer'),
      readyTimeoutMs: options.readyTimeoutMs,
      guard: (charge) => watchdog.guard(charge),
      onExit: (exit) => listeners.forEach((listener) => listener(exit)),
    });
    nodes.set(id, { node, log });
  }
  building.defer(async () => {
    await Promise.allSettled([...nodes.values()].map(({ node }) => node.kill()));
    // What left its node's process group, as a daemon does, goes too.
    await killMarked(`RAFT_CLUSTER_TOKEN=${token}`);
  });

  return new ProcessCluster({
    options,
    token,
    links,
    door,
    nodes,
    listeners,
    proxy,
    topology,
    dataDirectoryOf,
    resources: building.move(),
  });
};

interface Parts {
  readonly options: ClusterOptions;
  readonly token: string;
  readonly links: Links;
  readonly door: (node: NodeId, entrance: Entrance) => Door;
  readonly nodes: ReadonlyMap<NodeId, { readonly node: ProcessNode; readonly log: NodeLog }>;
  readonly listeners: ((exit: NodeExit) => void)[];
  readonly proxy: ProxyProcess;
  readonly topology: Topology;
  readonly dataDirectoryOf: (node: NodeId) => string;
  readonly resources: AsyncDisposableStack;
}

class ProcessCluster implements Cluster {
  readonly kind = 'process';
  readonly nodes: readonly NodeId[];
  readonly clock: Clock = new MonotonicClock();
  readonly links: Links;
  readonly token: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.nodes = parts.options.nodes;
    this.links = parts.links;
    this.token = parts.token;
  }

  async start(node: NodeId): Promise<void> {
    await this.#node(node).start();
  }

  async stop(node: NodeId): Promise<void> {
    await this.#node(node).stop();
  }

  async kill(node: NodeId): Promise<void> {
    await this.#node(node).kill();
  }

  async pause(node: NodeId): Promise<void> {
    await this.#node(node).pause();
  }

  async resume(node: NodeId): Promise<void> {
    this.#node(node).resume();
    return Promise.resolve();
  }

  async wipe(node: NodeId): Promise<void> {
    await this.#node(node).wipe();
  }

  door(node: NodeId, entrance: Entrance): Door {
    return this.#parts.door(node, entrance);
  }

  onExit(listener: (exit: NodeExit) => void): void {
    this.#parts.listeners.push(listener);
  }

  output(node: NodeId): Promise<string> {
    return Promise.resolve(known(this.#parts.nodes, node).log.tail());
  }

  /** As the links' proxy counts them: what came upstream on connections that the node dialled, and downstream on those it accepted. */
  async peerBytesSent(): Promise<ReadonlyMap<NodeId, number>> {
    const traffic = await this.#parts.proxy.traffic();
    const sent = new Map(this.nodes.map((node) => [node, 0]));
    const add = (node: string, bytes: number) => sent.set(node, (sent.get(node) ?? 0) + bytes);
    for (const { name, from, to } of this.#parts.topology.proxies) {
      const counted = traffic.get(name);
      if (counted === undefined || from === 'clients') continue;
      add(from, counted.upstream.receivedBytes);
      add(to, counted.downstream.receivedBytes);
    }
    return sent;
  }

  async diskBytes(node: NodeId): Promise<number | undefined> {
    return diskBytesOf(this.#parts.dataDirectoryOf(node));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.resources.disposeAsync();
  }

  #node(node: NodeId): ProcessNode {
    return known(this.#parts.nodes, node).node;
  }
}

/** Waits for both, even when one fails: what the other started must be known to whoever clears away. */
async function bothStarted<One, Other>(
  one: Promise<One>,
  other: Promise<Other>,
): Promise<readonly [One, Other]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

function addressOf(node: NodeId, entrance: Entrance, { proxies, clientAddresses }: Topology): string {
  return entrance === 'observer'
    ? known(clientAddresses, node)
    : (proxies.find(({ from, to }) => from === 'clients' && to === node)?.listen ?? '');
}

function known<Value>(map: ReadonlyMap<string, Value>, key: string): Value {
  const value = map.get(key);
  if (value === undefined)
    throw new Error(`there is no ${key} in this cluster, only ${[...map.keys()].join(', ')}`);
  return value;
}
