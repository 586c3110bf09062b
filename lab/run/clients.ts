import {
  clientRoles,
  forkSeed,
  registersGenerator,
  seededRandom,
  type ClientRole,
  type Generator,
  type Random,
  type RegisterRequest,
  type Route,
} from '@raft-lab/workloads';
import {
  registerClient,
  type Approach,
  type Performed,
  type RegisterClient,
} from '../client/register-client.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { NodeId } from '../links/links.ts';
import type { Plan } from '../plan/plan.ts';
import type { NodeKeeper } from './node-keeper.ts';
import type { Observer } from './observer.ts';
import type { Recorder } from './recorder.ts';

/** How long a client waits before it looks again for a node that the lab does not hold down. */
const nobodyThereMs = 50;
/** How long a client that lost an answer waits before it asks again: a link that ends every connection must not fill the history with open writes. */
const afterLossMs = 200;
/** Of operations whose answer was lost, this share is tried again: the rest stays unknown, as with clients that give up. */
const retryShare = 0.6;

/** Everything a client's operation leaves in the history, and the process numbers under which it does. */
export class Clients {
  readonly #plan: Plan;
  readonly #keeper: NodeKeeper;
  readonly #observer: Observer;
  readonly #recorder: Recorder;
  readonly #cluster: Cluster;
  readonly #client: RegisterClient;
  readonly #generator: Generator;
  readonly #roles: readonly ClientRole[];
  #processes = 0;

  constructor(plan: Plan, cluster: Cluster, keeper: NodeKeeper, observer: Observer, recorder: Recorder) {
    this.#plan = plan;
    this.#cluster = cluster;
    this.#keeper = keeper;
    this.#observer = observer;
    this.#recorder = recorder;
    this.#client = registerClient({
      door: (node) => cluster.door(node, 'clients'),
      timeoutMs: plan.requestTimeoutMs,
      timeNs: () => recorder.timeNs(),
    });
    const { concurrency, keys } = plan.workload;
    this.#roles = clientRoles(concurrency, plan.nodes);
    this.#generator = registersGenerator({ seed: forkSeed(plan.seed, 'workload'), roles: this.#roles, keys });
  }

  /** Runs all clients until the signal is given and their last operations have ended. */
  async work(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#roles.map(({ route }, client) => this.#workAs(client, route, signal)));
  }

  /** One client for operations beside the workload, such as the final reads. It has a process number of its own. */
  reader(): (key: string, node: NodeId) => Promise<Performed> {
    let process = this.#newProcess();
    return async (key, node) => {
      const performed = await this.#perform(
        process,
        { f: 'read', key },
        { first: node, next: () => undefined, idempotencyKey: undefined },
      );
      if (performed.outcome.type === 'info') process = this.#newProcess();
      return performed;
    };
  }

  async #workAs(client: number, route: Route, signal: AbortSignal): Promise<void> {
    const { rate, concurrency } = this.#plan.workload;
    const { clock } = this.#cluster;
    const everyNs = (concurrency / rate) * 1e9;
    const random = seededRandom(forkSeed(this.#plan.seed, `route-${client}`));
    const sleepUntil = (ns: number) =>
      clock.sleep(Math.max(0, (ns - clock.nowNs()) / 1e6), signal).catch(() => undefined);
    // Clients begin spread over one interval. One that was held up does not hurry afterwards: the rate is an upper bound.
    let dueNs = clock.nowNs() + (everyNs * client) / concurrency;
    let process = this.#newProcess();
    for (let n = 1; ; n += 1) {
      await sleepUntil(dueNs);
      if (signal.aborted) return;
      const node = this.#nodeFor(route, random);
      if (node === undefined) {
        dueNs = clock.nowNs() + nobodyThereMs * 1e6;
        continue;
      }
      dueNs = Math.max(dueNs + everyNs, clock.nowNs());
      const performed = await this.#perform(
        process,
        this.#generator.next(client),
        this.#approach(node, route, process, n, random),
      );
      if (performed.outcome.type !== 'info') continue;
      process = this.#newProcess();
      dueNs = Math.max(dueNs, clock.nowNs() + afterLossMs * 1e6);
    }
  }

  #approach(first: NodeId, route: Route, process: number, n: number, random: Random): Approach {
    const keyed =
      this.#plan.workload.retries !== false &&
      this.#plan.nodes.every((node) => this.#observer.status(node)?.features.includes('idempotency') ?? true);
    const retries = random.chance(retryShare);
    return {
      first,
      idempotencyKey: keyed ? `p${process}/${n}` : undefined,
      next: (previous, leader) => {
        if (!retries) return undefined;
        if (route.kind === 'pinned') return this.#keeper.state(previous) === 'up' ? previous : undefined;
        return this.#isThere(leader) ? leader : this.#nodeFor(route, random);
      },
    };
  }

  /** Where a client's next request goes, or undefined where the lab itself holds that node down. */
  #nodeFor(route: Route, random: Random): NodeId | undefined {
    const there = this.#keeper.nodes.filter((node) => this.#isThere(node));
    if (route.kind === 'pinned') return there.find((node) => node === route.node);
    return this.#observer.leader ?? (there.length === 0 ? undefined : random.pick(there));
  }

  #isThere(node: NodeId | null | undefined): node is NodeId {
    return (
      node !== null && node !== undefined && this.#keeper.nodes.includes(node) && this.#keeper.isThere(node)
    );
  }

  async #perform(process: number, request: RegisterRequest, approach: Approach): Promise<Performed> {
    const { key } = request;
    const invoked = invocation(request);
    this.#recorder.record({ process, type: 'invoke', ...invoked, key, node: approach.first });
    const performed = await this.#client.perform(request, approach);
    const { outcome, node, attempts } = performed;
    const about = { process, key, node, ...(attempts.length > 1 ? { attempts: [...attempts] } : {}) };
    if (outcome.type === 'info' && outcome.broken !== undefined) {
      const { problem, body } = outcome.broken;
      const asked = `${request.f} ${key}`;
      this.#recorder.record({
        process: 'observer',
        type: 'info',
        f: 'bad-answer',
        node,
        value: { request: asked, problem, body },
      });
    }
    if (outcome.type === 'ok') this.#recordSuccess(about, request, outcome.value);
    else this.#recorder.record({ ...about, type: outcome.type, ...invoked, error: outcome.error });
    return performed;
  }

  #recordSuccess(
    about: { process: number; key: string; node: NodeId },
    request: RegisterRequest,
    value: Extract<Performed['outcome'], { type: 'ok' }>['value'],
  ): void {
    const ok = { ...about, type: 'ok' } as const;
    switch (value.f) {
      case 'read':
        this.#recorder.record({ ...ok, f: 'read', value: value.value });
        this.#generator.saw(request.key, value.value);
        return;
      case 'write':
        if (request.f !== 'write') return;
        this.#recorder.record({ ...ok, f: 'write', value: request.value });
        this.#generator.saw(request.key, request.value);
        return;
      case 'cas':
        if (request.f !== 'cas') return;
        this.#recorder.record({
          ...ok,
          f: 'cas',
          value: { swapped: value.swapped, ...(value.value === undefined ? {} : { value: value.value }) },
        });
        this.#generator.saw(request.key, value.swapped ? request.to : (value.value ?? null));
    }
  }

  #newProcess(): number {
    this.#processes += 1;
    return this.#processes - 1;
  }
}

/** The fields of an operation that its invocation, refusal and loss have in common. */
function invocation(request: RegisterRequest) {
  switch (request.f) {
    case 'read':
      return { f: 'read', value: null } as const;
    case 'write':
      return { f: 'write', value: request.value } as const;
    case 'cas':
      return { f: 'cas', value: { from: request.from, to: request.to } } as const;
  }
}
