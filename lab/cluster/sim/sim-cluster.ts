/** The reference core, five or so of it, on a virtual clock, network and disks, in one thread: everything that happens follows from a seed. */
import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';
import type { Cluster, ClusterOptions, Entrance, NodeExit } from '../cluster.ts';
import type { Door } from '../door.ts';
import { LabError } from '../../lab-error.ts';
import type { NodeId } from '../../links/links.ts';
import { Churn } from './churn.ts';
import { share, type Conditions } from './conditions.ts';
import { zeroCounts, type Counts } from './counters.ts';
import { LawBroken, type Law } from './laws/law-broken.ts';
import { Laws } from './laws/laws.ts';
import type { Mutant } from './mutants/mutant.ts';
import { PeerNetwork } from './peer-network.ts';
import type { ShadowLog } from './laws/shadow-log.ts';
import { SimDoor } from './sim-door.ts';
import { SimLinks } from './sim-links.ts';
import { SimNode } from './sim-node.ts';
import { spareNames, SpareMachine } from './spare-machine.ts';
import { Trace } from './trace.ts';
import { nsPerMs, VirtualTime } from './virtual-time.ts';
import type { World } from './world.ts';

export interface Violation {
  readonly law: Law;
  readonly node: NodeId;
  readonly message: string;
  readonly atNs: number;
}

export interface SimOptions extends Pick<
  ClusterOptions,
  'nodes' | 'voters' | 'heartbeatMs' | 'electionMs' | 'snapshotEntries'
> {
  readonly seed: number;
  readonly conditions: Conditions;
  readonly mutant?: Mutant;
}

/** A tick is this part of a heartbeat: coarse, since each costs time, and fine enough to tell election time-outs apart. */
const ticksPerHeartbeat = 2;
/** How long new voters may take to catch up before a change is given up. */
const catchUpMs = 5_000;
/** How long a kill waits for the node to write, at most. */
const killWithinMs = 300;
/** How long the first configuration may take to be in force again, and how often that is looked at. */
const restWithinMs = 2 * catchUpMs;
const restEveryMs = 20;

export class SimCluster implements Cluster {
  readonly kind = 'sim';
  readonly nodes: readonly NodeId[];
  readonly clock = new VirtualTime();
  readonly links: SimLinks;
  readonly token: string;
  readonly counts: Counts = zeroCounts();
  readonly trace = new Trace();
  readonly #options: SimOptions;
  readonly #random: Random;
  readonly #network: PeerNetwork;
  readonly #nodes = new Map<NodeId, SimNode>();
  readonly #doors = new Map<string, SimDoor>();
  readonly #exitListeners: ((exit: NodeExit) => void)[] = [];
  readonly #churn: Churn | null;
  #violation: Violation | undefined;

  constructor(options: SimOptions) {
    const { seed, nodes, voters, conditions } = options;
    this.#options = options;
    this.#random = seededRandom(forkSeed(seed, 'cluster'));
    this.nodes = nodes;
    const { churnEveryMs, wipeEveryMs } = conditions;
    const spares = wipeEveryMs === null ? [] : spareNames;
    const names = [...nodes, ...spares];
    this.token = forkSeed(seed, 'token').toString(16).padStart(32, '0');
    this.links = new SimLinks(
      this.clock,
      seed,
      [...names, 'clients'],
      () => this.#becomeCalm(),
      (released) => (this.counts.messagesHeldAndReleased += released),
    );
    this.#network = new PeerNetwork({
      time: this.clock,
      seed,
      conditions: conditions.network,
      links: this.links,
      receivers: this.#nodes,
      counts: this.counts,
    });
    const world = this.#world(names);
    const simulated = (some: readonly NodeId[]): SimNode[] =>
      some.map((name) => {
        const node = new SimNode(name, world);
        this.#nodes.set(name, node);
        return node;
      });
    const ofPlan = simulated(nodes);
    const ofSpare = simulated(spares);
    const spare =
      wipeEveryMs === null ? null : new SpareMachine(this.clock, seed, this.counts, ofSpare, wipeEveryMs);
    this.#churn =
      churnEveryMs === null ? null : new Churn(this.clock, seed, ofPlan, voters, spare, churnEveryMs);
  }

  /** The first law that was seen broken. */
  get violation(): Violation | undefined {
    return this.#violation;
  }

  start(node: NodeId): Promise<void> {
    const found = this.#node(node);
    if (found.state !== 'down') return misuse(`${node} runs already; kill or stop it first.`);
    return new Promise((resolve) => {
      found.start(() => {
        this.clock.settled();
        resolve();
      });
    });
  }

  stop(node: NodeId): Promise<void> {
    this.#node(node).end(`${node} stops`);
    return Promise.resolve();
  }

  /** Half of the time the moment is chosen: soon, while the node writes to its disk. */
  kill(node: NodeId): Promise<void> {
    const found = this.#node(node);
    if (!found.isUp || this.#random.chance(1 / 2)) {
      found.end();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      let done = false;
      const end = (): void => {
        if (done) return;
        done = true;
        found.end();
        this.clock.settled();
        resolve();
      };
      const [, typicalMs] = this.#options.conditions.disk.flushMs;
      found.disk.onNextWrite(() => this.clock.after(share(this.#random) * 2 * typicalMs * nsPerMs, end));
      this.clock.after(killWithinMs * nsPerMs, end);
    });
  }

  pause(node: NodeId): Promise<void> {
    const found = this.#node(node);
    // It may just have ended by itself, and then there is nothing to pause.
    if (found.state === 'up') found.pause();
    return Promise.resolve();
  }

  resume(node: NodeId): Promise<void> {
    const found = this.#node(node);
    if (found.state === 'paused') found.resume();
    return Promise.resolve();
  }

  wipe(node: NodeId): Promise<void> {
    const found = this.#node(node);
    if (found.state !== 'down') return misuse(`${node} runs, so its disk cannot be wiped; kill it first.`);
    found.disk.wipe();
    return Promise.resolve();
  }

  door(node: NodeId, entrance: Entrance): Door {
    const name = `${entrance} ${node}`;
    const known = this.#doors.get(name);
    if (known !== undefined) return known;
    const door = new SimDoor({
      time: this.clock,
      random: seededRandom(forkSeed(this.#options.seed, `door ${name}`)),
      links: this.links,
      node: this.#node(node),
      entrance,
    });
    this.#doors.set(name, door);
    return door;
  }

  onExit(listener: (exit: NodeExit) => void): void {
    this.#exitListeners.push(listener);
  }

  output(node: NodeId): Promise<string> {
    return Promise.resolve(this.#node(node).output);
  }

  async atRest(): Promise<void> {
    const untilNs = this.clock.nowNs() + restWithinMs * nsPerMs;
    while (
      this.#churn?.isRestored === false &&
      this.#violation === undefined &&
      this.clock.nowNs() < untilNs
    ) {
      await this.clock.sleep(restEveryMs);
    }
  }

  peerBytesSent(): Promise<ReadonlyMap<NodeId, number>> {
    const ofPlan = [...this.#network.bytesSent].filter(([node]) => this.nodes.includes(node));
    return Promise.resolve(new Map(ofPlan));
  }

  diskBytes(node: NodeId): Promise<number | undefined> {
    return Promise.resolve(this.#node(node).disk.bytes);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.clock.stop();
    return Promise.resolve();
  }

  #world(names: readonly NodeId[]): World {
    const { seed, conditions, voters, heartbeatMs, electionMs, snapshotEntries, mutant } = this.#options;
    const tickMs = heartbeatMs / ticksPerHeartbeat;
    const ticks = (ms: number): number => Math.max(1, Math.round(ms / tickMs));
    return {
      seed,
      time: this.clock,
      conditions,
      counts: this.counts,
      laws: new Laws(this.counts, voters, (node) => this.#node(node).disk),
      trace: this.trace,
      network: this.#network,
      nodes: names,
      voters,
      token: this.token,
      tickMs,
      timing: {
        heartbeatTicks: ticksPerHeartbeat,
        electionTicksMin: ticks(electionMs[0]),
        electionTicksMax: ticks(electionMs[1]),
        catchUpTicks: ticks(catchUpMs),
      },
      snapshotEntries,
      mutant,
      leaders: () => this.#leaders(),
      isChanging: () => this.#isChanging(),
      failed: (node, error) => this.#failed(node, error),
    };
  }

  *#leaders(): Iterable<{ readonly node: NodeId; readonly term: number; readonly log: ShadowLog }> {
    for (const { id, running } of this.#nodes.values()) {
      const status = running?.raft.status;
      if (running !== null && status?.role === 'leader')
        yield { node: id, term: status.term, log: running.log };
    }
  }

  #isChanging(): boolean {
    for (const { running } of this.#nodes.values()) {
      if (running !== null && (running.waiting.isChanging || running.raft.status.outgoing.length > 0))
        return true;
    }
    return false;
  }

  /** Faults of the world end with those of the links: what follows shows whether the cluster recovers. */
  #becomeCalm(): void {
    this.#network.calm();
    for (const { disk } of this.#nodes.values()) disk.calm();
    this.#churn?.calm();
  }

  #failed(node: NodeId, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const law = error instanceof LawBroken ? error.law : 'core';
    this.#violation ??= { law, node, message, atNs: this.clock.nowNs() };
    // The plan does not know the spare machine, so that nobody waits for it; the run has failed all the same.
    if (!this.nodes.includes(node)) return;
    const exit: NodeExit = { node, code: 1, signal: null, output: this.#node(node).output };
    for (const listener of this.#exitListeners) listener(exit);
    this.clock.settled();
  }

  #node(node: NodeId): SimNode {
    const found = this.#nodes.get(node);
    if (found === undefined) throw new LabError('environment', `${node} is not a node of this cluster.`);
    return found;
  }
}

function misuse(message: string): Promise<never> {
  return Promise.reject(new LabError('environment', message));
}
