/**
 * The cluster of containers. Every node sits alone on a network of its own with Toxiproxy as the only neighbour, so that nothing gets past the links;
 * the lab comes in through Toxiproxy too, on a front network with ports published on this machine's own interface.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Links, NodeId } from '../../links/links.ts';
import { ToxiproxyLinks } from '../../links/toxiproxy-links.ts';
import { LabError } from '../../lab-error.ts';
import type { Cluster, ClusterOptions, CreateCluster, Entrance, NodeExit } from '../cluster.ts';
import type { Door } from '../door.ts';
import { HttpDoor } from '../http-door.ts';
import { MonotonicClock } from '../monotonic-clock.ts';
import { NodeLog } from '../node-log.ts';
import { untilReady } from '../until-ready.ts';
import { Watchdog, type Release } from '../watchdog/watchdog.ts';
import { moduleBeside } from '../../module-beside.ts';
import { DockerNode } from './docker-node.ts';
import { requireEngine } from './engine.ts';
import { prepareLabImages } from './images/lab-images.ts';
import { labelsOf } from './labels.ts';
import { processorLimit } from './limits.ts';
import { createNetworks, type LabNetworks } from './networks.ts';
import { environmentOf } from './node-environment.ts';
import { endOf } from './node-life.ts';
import { directedProxies, entrancePort } from './ports.ts';
import { removeLabelled } from './remove-labelled.ts';
import { requireImage, type ImageSource } from './source-image.ts';
import { startToxiproxy, type StartedToxiproxy } from './toxiproxy-container.ts';
import { readTraffic } from './traffic.ts';

/**
 * Makes the networks, starts Toxiproxy and sets up the links. Rejects with a `LabError`: `engine` (none answers, or it refuses), `image`, `links`, or
 * `usage` for a source that is no image. What had been made by then is removed.
 */
export const createDockerCluster: CreateCluster = async (options) => {
  const engine = await requireEngine();
  const [{ NCPU: engineCpus }, images, source] = await Promise.all([
    engine.info() as Promise<{ NCPU: number }>,
    prepareLabImages(engine, () => undefined),
    requireImage(engine, options.source),
  ]);
  const watchdog = await Watchdog.start();
  const remover = moduleBeside(import.meta.url, './remove-labelled');
  const release = watchdog.guard({ kind: 'command', argv: [process.execPath, remover, options.runId] });
  try {
    const labels = await labelsOf(options.runId);
    const networks = await createNetworks(engine, options.runId, labels, options.nodes);
    const { nodes, runId } = options;
    const log = new NodeLog(join(options.logDirectory, 'toxiproxy.log'));
    const image = images.toxiproxy;
    const toxiproxy = await startToxiproxy({ engine, runId, labels, image, networks, nodes, log });
    const links = await ToxiproxyLinks.create(toxiproxy.toxiproxy, directedProxies(networks, nodes));
    return new DockerCluster({
      options,
      engine,
      engineCpus,
      source,
      labels,
      networks,
      toxiproxy,
      log,
      links,
      watchdog,
      release,
    });
  } catch (error) {
    await watchdog[Symbol.asyncDispose]();
    if (error instanceof LabError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError('engine', `The container engine could not set up the cluster: ${reason}`, {
      cause: error,
    });
  }
};

interface Parts {
  readonly options: ClusterOptions;
  readonly engine: Docker;
  readonly engineCpus: number;
  readonly source: ImageSource;
  readonly labels: Record<string, string>;
  readonly networks: LabNetworks;
  readonly toxiproxy: StartedToxiproxy;
  /** Toxiproxy's, which is empty unless it is in trouble. */
  readonly log: NodeLog;
  readonly links: ToxiproxyLinks;
  /** Clears away what is left in the engine when the lab ends, until it is released. */
  readonly watchdog: Watchdog;
  readonly release: Release;
}

/** A node with what the lab needs to meet it. */
interface Member {
  readonly node: DockerNode;
  readonly log: NodeLog;
  readonly doors: Readonly<Record<Entrance, HttpDoor>>;
}

class DockerCluster implements Cluster {
  readonly kind = 'docker';
  readonly clock = new MonotonicClock();
  readonly token = randomBytes(16).toString('hex');
  readonly nodes: readonly NodeId[];
  readonly links: Links;
  readonly #parts: Parts;
  readonly #members: ReadonlyMap<NodeId, Member>;
  readonly #exitListeners: ((exit: NodeExit) => void)[] = [];
  readonly #starting = new Set<Promise<void>>();
  #isDisposed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.nodes = parts.options.nodes;
    this.links = parts.links;
    this.#members = new Map(this.nodes.map((id) => [id, this.#makeMember(id)]));
    void endOf(parts.toxiproxy.container, Promise.resolve()).then(({ code }) => this.#onToxiproxyEnd(code));
  }

  async start(node: NodeId): Promise<void> {
    if (this.#isDisposed) throw new Error(`the cluster is disposed of; ${node} cannot be started`);
    const starting = this.#member(node).node.start();
    this.#starting.add(starting);
    try {
      await starting;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async stop(node: NodeId): Promise<void> {
    await this.#member(node).node.stop();
  }

  async kill(node: NodeId): Promise<void> {
    await this.#member(node).node.kill();
  }

  async pause(node: NodeId): Promise<void> {
    await this.#member(node).node.pause();
  }

  async resume(node: NodeId): Promise<void> {
    await this.#member(node).node.resume();
  }

  async wipe(node: NodeId): Promise<void> {
    await this.#member(node).node.wipe();
  }

  door(node: NodeId, entrance: Entrance): Door {
    return this.#member(node).doors[entrance];
  }

  onExit(listener: (exit: NodeExit) => void): void {
    this.#exitListeners.push(listener);
  }

  output(node: NodeId): Promise<string> {
    return Promise.resolve(this.#member(node).log.tail());
  }

  /** Counted at the interfaces, so a node's answers to clients are among them; empty with an engine on another machine. */
  async peerBytesSent(): Promise<ReadonlyMap<NodeId, number>> {
    const { toxiproxy, networks } = this.#parts;
    return readTraffic(toxiproxy.container, networks.ofNode);
  }

  async diskBytes(node: NodeId): Promise<number | undefined> {
    return this.#member(node).node.diskBytes();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const members = [...this.#members.values()];
    for (const { node } of members) node.expectEnd();
    const { options, watchdog, release } = this.#parts;
    try {
      await removeLabelled(options.runId);
      if (this.#starting.size > 0) {
        // A start that was under way may have made its container after we looked.
        await Promise.allSettled(this.#starting);
        await removeLabelled(options.runId);
      }
      release();
    } finally {
      const doors = members.flatMap((member) => Object.values(member.doors));
      const logs = [this.#parts.log, ...members.map(({ log }) => log)];
      await Promise.all([watchdog, ...doors, ...logs].map((resource) => resource[Symbol.asyncDispose]()));
    }
  }

  /** Every call to the links fails from now on and says what was called; the log says why. */
  #onToxiproxyEnd(code: number): void {
    if (this.#isDisposed) return;
    this.#parts.log.write(Buffer.from(`[raft-lab] Toxiproxy ended by itself, with exit code ${code}\n`));
  }

  #makeMember(id: NodeId): Member {
    const { options, engine, engineCpus, source, labels, networks, toxiproxy, links } = this.#parts;
    const network = networks.ofNode.get(id);
    if (network === undefined) throw new Error(`${id} has no network`);
    const doorAt = (entrance: Entrance): HttpDoor =>
      new HttpDoor(toxiproxy.urlOf(entrancePort(options.nodes, id, entrance)));
    const doors = { clients: doorAt('clients'), observer: doorAt('observer') };
    const log = new NodeLog(join(options.logDirectory, `${id}.log`));
    const node = new DockerNode({
      id,
      engine,
      container: {
        image: source.image,
        name: `raft-lab-${options.runId}-${id}`,
        labels,
        env: environmentOf(id, options, networks, this.token),
        seats: [{ network, address: network.subnet.node }],
        hostConfig: processorLimit(engineCpus),
        ...(source.command === undefined ? {} : { command: source.command }),
      },
      volume: `raft-lab-${options.runId}-${id}-data`,
      gate: links,
      log,
      untilReady: (signal) =>
        untilReady({
          node: id,
          door: doors.observer,
          readyTimeoutMs: options.readyTimeoutMs,
          output: () => log.tail(),
          signal,
        }),
      onExit: (exit) => {
        for (const listener of this.#exitListeners) listener(exit);
      },
    });
    return { node, log, doors };
  }

  #member(id: NodeId): Member {
    const member = this.#members.get(id);
    if (member === undefined) throw new Error(`there is no node ${id}; there are ${this.nodes.join(', ')}`);
    return member;
  }
}
