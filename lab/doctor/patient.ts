/** The cluster under examination, as the checks see it: nodes that can be asked, stopped and started, with a limit on every wait. */
import type { Cluster } from '../cluster/cluster.ts';
import { NodeStartError } from '../cluster/cluster.ts';
import type { DoorRequest } from '../cluster/door.ts';
import type { NodeId } from '../links/links.ts';
import type { Feature } from './check.ts';
import { exchange, jsonObjectOf, type Exchange } from './exchange.ts';
import { problemTypeOf } from './expectations.ts';
import { pollMs, type DoctorLimits } from './limits.ts';
import { Mismatch, NotTriedError } from './mismatch.ts';
import { Records } from './records.ts';

/** A request as a check writes it: `json` becomes the body, with its content type. */
export interface Ask {
  readonly method: DoorRequest['method'];
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string;
}

export type StartOutcome = 'up' | NodeStartError;

export class Patient {
  readonly cluster: Cluster;
  readonly limits: DoctorLimits;
  readonly nodes: readonly NodeId[];
  /** What was seen over the whole examination. */
  readonly records = new Records();
  /** How the first start of each node ended. */
  readonly starts = new Map<NodeId, StartOutcome>();
  readonly #running = new Set<NodeId>();
  #leader: NodeId | undefined;
  #hasHope = true;
  #keysUsed = 0;

  constructor(cluster: Cluster, limits: DoctorLimits) {
    this.cluster = cluster;
    this.limits = limits;
    this.nodes = cluster.nodes;
    cluster.onExit((exit) => {
      this.#running.delete(exit.node);
      this.records.addExit(exit);
    });
  }

  /** A key that no check has used. */
  freshKey(): string {
    this.#keysUsed += 1;
    return `doctor-${this.#keysUsed}`;
  }

  /** How long to wait for a leader. */
  get leaderMs(): number {
    return this.#hasHope ? this.limits.leaderMs : this.limits.leaderMs / 10;
  }

  /** To be called when no leader emerged: the checks that follow need not wait as long again, each of them. */
  loseHope(): void {
    this.#hasHope = false;
  }

  get first(): NodeId {
    const [first] = this.nodes;
    if (first === undefined) throw new NotTriedError('lab', 'the cluster has no nodes');
    return first;
  }

  get running(): readonly NodeId[] {
    return this.nodes.filter((node) => this.#running.has(node));
  }

  get down(): readonly NodeId[] {
    return this.nodes.filter((node) => !this.#running.has(node));
  }

  othersThan(node: NodeId): readonly NodeId[] {
    return this.nodes.filter((other) => other !== node);
  }

  /** One request to one node. */
  async ask(node: NodeId, { json, ...ask }: Ask): Promise<Exchange> {
    const { limits, records, cluster } = this;
    const request: DoorRequest = {
      timeoutMs: limits.callMs,
      ...ask,
      ...(json === undefined
        ? {}
        : {
            body: JSON.stringify(json),
            headers: { 'content-type': 'application/json', ...ask.headers },
          }),
    };
    const seen = await exchange(node, cluster.door(node, 'clients'), request);
    records.addExchange(seen);
    return seen;
  }

  /** The same with the cluster token. */
  async askWithToken(node: NodeId, ask: Ask): Promise<Exchange> {
    return this.ask(node, {
      ...ask,
      headers: { authorization: `Bearer ${this.cluster.token}`, ...ask.headers },
    });
  }

  /**
   * Asks whoever leads, as the lab's clients do: goes where a refusal points, and asks again while nobody leads. An unknown outcome is
   * tried again as well, unless the request is a compare-and-set, which may not match its own effect. Returns the last exchange.
   */
  async askLeader(ask: Ask, send = (node: NodeId) => this.ask(node, ask)): Promise<Exchange> {
    const until = this.#deadline(this.leaderMs);
    let node = this.running.find((one) => one === this.#leader) ?? this.running[0] ?? this.first;
    for (;;) {
      const seen = await send(node);
      const type = problemTypeOf(seen);
      const mayTryAgain =
        type === 'not-leader' ||
        type === 'no-leader' ||
        (type === 'maybe' && !(ask.method === 'POST' && ask.path.startsWith('/registers/')));
      if (!mayTryAgain) {
        this.#leader = node;
        return seen;
      }
      if (this.cluster.clock.nowNs() > until) return seen;
      node = this.#nodeNamedBy(seen) ?? (await this.#claimant()) ?? this.#after(node);
      if (node === seen.node || type !== 'not-leader') await this.sleep(pollMs);
    }
  }

  /** `GET /status`, remembered: what must not go back is compared over the whole examination. */
  async status(node: NodeId): Promise<Exchange> {
    const request: DoorRequest = { method: 'GET', path: '/status', timeoutMs: this.limits.callMs };
    const seen = await exchange(node, this.cluster.door(node, 'observer'), request);
    this.records.addExchange(seen);
    this.records.addStatus(node, seen);
    return seen;
  }

  /** The node that claims to lead in two consecutive answers, after at most `leaderMs`; throws `NotTriedError` when nobody does. */
  async leader(): Promise<NodeId> {
    const found = await this.eventually(this.leaderMs, async () => {
      const claimant = await this.#claimant();
      if (claimant === undefined) return undefined;
      return (await this.#claimsToLead(claimant)) ? claimant : undefined;
    });
    if (found === undefined) {
      throw new NotTriedError(
        'earlier-failure',
        `no node led in two consecutive answers within ${this.leaderMs} ms`,
      );
    }
    this.#leader = found;
    return found;
  }

  /** A node that does not lead, while one does. */
  async follower(): Promise<NodeId> {
    const leader = await this.leader();
    const [follower] = this.othersThan(leader);
    if (follower === undefined) throw new NotTriedError('impossible', 'the cluster has one node only');
    return follower;
  }

  /** Whether every node lists the feature. */
  async lists(feature: Feature): Promise<boolean> {
    const answers = await Promise.all(this.running.map((node) => this.status(node)));
    return answers.every((seen) => {
      const listed = jsonObjectOf(seen)?.features;
      return Array.isArray(listed) && listed.includes(feature);
    });
  }

  /** Looks until there is something to see, for at most `limitMs`. */
  async eventually<T>(limitMs: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
    const until = this.#deadline(limitMs);
    for (;;) {
      const seen = await look();
      if (seen !== undefined || this.cluster.clock.nowNs() > until) return seen;
      await this.sleep(pollMs);
    }
  }

  async sleep(ms: number): Promise<void> {
    await this.cluster.clock.sleep(ms);
  }

  /** The first start, of all nodes at once. Its outcomes are kept for the checks to judge. */
  async startAll(): Promise<void> {
    await Promise.all(
      this.nodes.map(async (node) => {
        try {
          await this.cluster.start(node);
          this.#running.add(node);
          this.starts.set(node, 'up');
        } catch (error) {
          if (!(error instanceof NodeStartError)) throw error;
          this.starts.set(node, error);
        }
      }),
    );
  }

  /** Starts those of the nodes that are down, on the disks they have. A node that does not come up is a `Mismatch`. */
  async restart(nodes: readonly NodeId[]): Promise<void> {
    await Promise.all(
      this.down
        .filter((node) => nodes.includes(node))
        .map(async (node) => {
          this.records.newLife(node);
          try {
            await this.cluster.start(node);
            this.#running.add(node);
          } catch (error) {
            if (!(error instanceof NodeStartError)) throw error;
            throw new Mismatch(
              `${node} to start again on its own disk and ports`,
              error.message,
              [],
              error.output,
            );
          }
        }),
    );
  }

  /** Ends nodes by SIGTERM (and SIGKILL 5 s later). Returns how long each took, in milliseconds. */
  async stop(nodes: readonly NodeId[]): Promise<ReadonlyMap<NodeId, number>> {
    const took = await Promise.all(
      nodes.map(async (node) => {
        const begin = this.cluster.clock.nowNs();
        await this.cluster.stop(node);
        this.#running.delete(node);
        return [node, (this.cluster.clock.nowNs() - begin) / 1e6] as const;
      }),
    );
    return new Map(took);
  }

  /** SIGKILL. */
  async kill(nodes: readonly NodeId[]): Promise<void> {
    await Promise.all(
      nodes.map(async (node) => {
        await this.cluster.kill(node);
        this.#running.delete(node);
      }),
    );
  }

  #deadline(limitMs: number): number {
    return this.cluster.clock.nowNs() + limitMs * 1e6;
  }

  async #claimant(): Promise<NodeId | undefined> {
    const claims = await Promise.all(
      this.running.map(async (node) => {
        const { role, term } = jsonObjectOf(await this.status(node)) ?? {};
        return role === 'leader' && typeof term === 'number' ? [{ node, term }] : [];
      }),
    );
    return claims.flat().sort((a, b) => b.term - a.term)[0]?.node;
  }

  async #claimsToLead(node: NodeId): Promise<boolean> {
    return jsonObjectOf(await this.status(node))?.role === 'leader';
  }

  #nodeNamedBy(refusal: Exchange): NodeId | undefined {
    const leader = jsonObjectOf(refusal)?.leader;
    return this.running.find((node) => node === leader && node !== refusal.node);
  }

  #after(node: NodeId): NodeId {
    const { running } = this;
    return running[(running.indexOf(node) + 1) % running.length] ?? this.first;
  }
}
