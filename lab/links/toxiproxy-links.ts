import type { Proxy, Toxic, Toxiproxy } from 'toxiproxy-node-client';
import { LabError } from '../lab-error.ts';
import { inParallel } from './in-parallel.ts';
import type { LinkRule, Links, NodeId } from './links.ts';
import { ProxyCallError } from './toxiproxy-client.ts';
import { toxicsOf, type DirectedProxy, type ToxicPlacement } from './toxics-of.ts';

/** Calls to the proxy's API that are under way at the same time. */
const callsMax = 16;

/** A toxic that is in force, or that may be: the call which was to add it failed, or has not come back yet. */
interface Placed {
  readonly proxy: Proxy;
  readonly toxicName: string;
  toxic?: Toxic<unknown>;
}

/**
 * `Links` over any server with Toxiproxy's API. Toxics carry the number of the imposition that they belong to, so that overlapping faults add up and lifting one leaves the
 * others.
 */
export class ToxiproxyLinks implements Links {
  readonly #proxies: ReadonlyMap<string, Proxy>;
  readonly #directed: readonly DirectedProxy[];
  readonly #imposed = new Map<string, Placed[]>();
  #impositions = 0;

  private constructor(directed: readonly DirectedProxy[], proxies: ReadonlyMap<string, Proxy>) {
    this.#directed = directed;
    this.#proxies = proxies;
  }

  /**
   * Makes the proxies on the server. They are disabled, as their nodes are not up yet: `resume` enables those that lead to a node.
   * Rejects with a `LabError('links')` when the server does not answer or cannot listen.
   */
  static async create(toxiproxy: Toxiproxy, directed: readonly DirectedProxy[]): Promise<ToxiproxyLinks> {
    const made = await toxiproxy.populate(
      directed.map(({ name, listen, upstream }) => ({ name, listen, upstream, enabled: false })),
    );
    const proxies = directed.map((one): [string, Proxy] => {
      const proxy = made[one.name];
      if (proxy === undefined) throw new LabError('links', `the links' proxy did not make ${one.name}`);
      return [pairOf(one.from, one.to), proxy];
    });
    return new ToxiproxyLinks(directed, new Map(proxies));
  }

  async impose(name: string, rules: readonly LinkRule[]): Promise<void> {
    if (this.#imposed.has(name)) throw new LabError('links', `a fault named ${name} is in force already`);
    const imposition = ++this.#impositions;
    const placements = rules.flatMap(toxicsOf).map(({ toxics, stream, ...pair }, place) => {
      const proxy = this.#proxy(pair);
      return toxics.map((body, position) => {
        const placed: Placed = { proxy, toxicName: `fault-${imposition}-${place}-${position}` };
        return { placed, body: { ...body, name: placed.toxicName, stream, toxicity: 1 } };
      });
    });
    // Noted before the calls: what a failed imposition may have left behind can still be lifted.
    this.#imposed.set(
      name,
      placements.flat().map(({ placed }) => placed),
    );
    await inParallel(
      callsMax,
      placements.map((chain) => async () => {
        for (const { placed, body } of chain) placed.toxic = await placed.proxy.addToxic<unknown>(body);
      }),
    );
  }

  async lift(name: string): Promise<void> {
    const placed = this.#imposed.get(name);
    if (placed === undefined) throw new LabError('links', `no fault named ${name} is in force`);
    await this.#remove(placed);
    this.#imposed.delete(name);
  }

  /** Lifts every name. Suspended nodes stay so: the server's own reset would enable their proxies. */
  async reset(): Promise<void> {
    await this.#remove([...this.#imposed.values()].flat());
    this.#imposed.clear();
  }

  /**
   * Closes everything that leads to a node, before it is killed: dials are refused until it is resumed. (Toxiproxy dials one connection after the
   * other and without a limit; a dead container would stop its links up for seconds after the restart.) Faults stay imposed.
   */
  async suspend(node: NodeId): Promise<void> {
    await this.#enable(node, false);
  }

  /** Opens everything that leads to a node, once it listens, with the faults that are imposed at the time. */
  async resume(node: NodeId): Promise<void> {
    await this.#enable(node, true);
  }

  async #enable(node: NodeId, enabled: boolean): Promise<void> {
    const leading = this.#directed.filter(({ to }) => to === node);
    await inParallel(
      callsMax,
      leading.map(({ listen, upstream, ...pair }) => async () => {
        await this.#proxy(pair).update({ listen, upstream, enabled });
      }),
    );
  }

  async #remove(placed: readonly Placed[]): Promise<void> {
    await inParallel(
      callsMax,
      placed.map((record) => () => removeToxic(record)),
    );
  }

  #proxy({ from, to }: Pick<ToxicPlacement, 'from' | 'to'>): Proxy {
    const proxy = this.#proxies.get(pairOf(from, to));
    if (proxy === undefined) throw new LabError('links', `there is no link from ${from} to ${to}`);
    return proxy;
  }
}

/** A separator that node names cannot hold, and that needs no escaping in a URL: toxiproxy-node-client puts names in as they are. */
export function pairOf(from: string, to: string): string {
  return `${from}~${to}`;
}

async function removeToxic({ proxy, toxic, toxicName }: Placed): Promise<void> {
  try {
    await (toxic ?? (await proxy.getToxic<unknown>(toxicName))).remove();
  } catch (error) {
    // Gone already, or never added: nothing of it is in force, which is what was asked for.
    if (error instanceof ProxyCallError && error.status === 404) return;
    throw error;
  }
}
