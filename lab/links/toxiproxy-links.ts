import type { Toxiproxy } from 'toxiproxy-node-client';
import { LabError } from '../lab-error.ts';
import { inParallel } from './in-parallel.ts';
import type { LinkRule, Links, NodeId } from './links.ts';
import { ProxiedLink, type NamedToxic } from './proxied-link.ts';
import { toxicsOf, type DirectedProxy, type ToxicPlacement } from './toxics-of.ts';

/** Links on which calls are under way at the same time. */
const linksMax = 16;

/** The toxics of one imposition on one link. */
interface Placed {
  readonly link: ProxiedLink;
  readonly toxics: readonly NamedToxic[];
}

/**
 * `Links` over any server with Toxiproxy's API. Toxics carry the number of the imposition that they belong to, so that overlapping faults add up and lifting one leaves the
 * others.
 */
export class ToxiproxyLinks implements Links {
  readonly #links: ReadonlyMap<string, ProxiedLink>;
  readonly #directed: readonly DirectedProxy[];
  readonly #imposed = new Map<string, readonly Placed[]>();
  #impositions = 0;

  private constructor(directed: readonly DirectedProxy[], links: ReadonlyMap<string, ProxiedLink>) {
    this.#directed = directed;
    this.#links = links;
  }

  /**
   * Makes the proxies on the server. They are disabled, as their nodes are not up yet: `resume` enables those that lead to a node.
   * Rejects with a `LabError('links')` when the server does not answer or cannot listen.
   */
  static async create(toxiproxy: Toxiproxy, directed: readonly DirectedProxy[]): Promise<ToxiproxyLinks> {
    const made = await toxiproxy.populate(
      directed.map(({ name, listen, upstream }) => ({ name, listen, upstream, enabled: false })),
    );
    const links = directed.map(({ name, from, to }): [string, ProxiedLink] => {
      const proxy = made[name];
      if (proxy === undefined) throw new LabError('links', `the links' proxy did not make ${name}`);
      return [pairOf(from, to), new ProxiedLink(proxy)];
    });
    return new ToxiproxyLinks(directed, new Map(links));
  }

  async impose(name: string, rules: readonly LinkRule[]): Promise<void> {
    if (this.#imposed.has(name)) throw new LabError('links', `a fault named ${name} is in force already`);
    const imposition = ++this.#impositions;
    const placed = rules.flatMap(toxicsOf).map(({ toxics, stream, ...pair }, place): Placed => ({
      link: this.#link(pair),
      toxics: toxics.map((body, position) => ({
        ...body,
        stream,
        name: `fault-${imposition}-${place}-${position}`,
      })),
    }));
    // Noted before the calls: what a failed imposition may have left behind can still be lifted.
    this.#imposed.set(name, placed);
    await inParallel(
      linksMax,
      placed.map(
        ({ link, toxics }) =>
          () =>
            link.add(toxics),
      ),
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
      linksMax,
      leading.map((pair) => () => this.#link(pair).enable(enabled)),
    );
  }

  /** All toxics of a link at once: each link waits only once for what they held back. */
  async #remove(placed: readonly Placed[]): Promise<void> {
    const byLink = Map.groupBy(placed, ({ link }) => link);
    await inParallel(
      linksMax,
      [...byLink].map(
        ([link, parts]) =>
          () =>
            link.remove(parts.flatMap(({ toxics }) => toxics.map(({ name }) => name))),
      ),
    );
  }

  #link({ from, to }: Pick<ToxicPlacement, 'from' | 'to'>): ProxiedLink {
    const link = this.#links.get(pairOf(from, to));
    if (link === undefined) throw new LabError('links', `there is no link from ${from} to ${to}`);
    return link;
  }
}

/** A separator that node names cannot hold, and that needs no escaping in a URL: toxiproxy-node-client puts names in as they are. */
export function pairOf(from: string, to: string): string {
  return `${from}~${to}`;
}
