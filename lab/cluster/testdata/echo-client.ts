import type { NodeId } from '../../links/links.ts';
import type { Cluster, Entrance } from '../cluster.ts';

/** What an echo node counted of one kind of message from one peer. */
export interface Tally {
  readonly count: number;
  readonly lastNumber: number;
  /** Numbers that were skipped: messages that were lost. */
  readonly missing: number;
  /** Numbers that came after a higher one, or twice. */
  readonly disordered: number;
  /** Since the last one came, or null when none ever did. */
  readonly agoMs: number | null;
}

export interface Hearing {
  readonly hello: Tally;
  readonly answer: Tally;
  /** Connections that this node made to the peer, and dials that were refused. */
  readonly connections: number;
  readonly refused: number;
}

/** Speaks to the nodes of `echo-node.mjs`. */
export class EchoClient {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** What `at` has heard from `from`. */
  async hearing(at: NodeId, from: NodeId): Promise<Hearing> {
    const status = (await this.#call(at, 'observer', 'GET', '/status')) as {
      readonly hearing: Readonly<Record<NodeId, Hearing>>;
    };
    const hearing = status.hearing[from];
    if (hearing === undefined) throw new Error(`${at} does not know ${from}`);
    return hearing;
  }

  async environment(at: NodeId): Promise<Readonly<Record<string, string>>> {
    return (await this.#call(at, 'observer', 'GET', '/environment')) as Record<string, string>;
  }

  async counter(at: NodeId): Promise<number> {
    const { counter } = (await this.#call(at, 'observer', 'GET', '/counter')) as { readonly counter: number };
    return counter;
  }

  async increment(at: NodeId, entrance: Entrance, timeoutMs?: number): Promise<void> {
    await this.#call(at, entrance, 'POST', '/counter', timeoutMs);
  }

  /** The node ends by itself, with exit code 3. */
  async exit(at: NodeId): Promise<void> {
    await this.#call(at, 'observer', 'POST', '/exit');
  }

  async #call(
    node: NodeId,
    entrance: Entrance,
    method: 'GET' | 'POST',
    path: string,
    timeoutMs = 5000,
  ): Promise<unknown> {
    const answer = await this.#cluster.door(node, entrance).send({ method, path, timeoutMs });
    if (answer.status !== 200) throw new Error(`${method} ${path} at ${node} answered ${answer.status}`);
    return JSON.parse(answer.body);
  }
}
