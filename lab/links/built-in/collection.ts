import { ApiError } from './api-error.ts';
import { Proxy, type ProxySettings } from './proxy.ts';

export interface ProxyInput extends ProxySettings {
  readonly name: string;
}

/** All proxies of the process, by name. */
export class ProxyCollection {
  readonly #proxies = new Map<string, Proxy>();
  readonly #random: () => number;

  /** @param random gives numbers from 0 up to, and without, 1; toxicity and jitter are drawn from it. */
  constructor(random: () => number) {
    this.#random = random;
  }

  all(): Proxy[] {
    return [...this.#proxies.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  get(name: string): Proxy {
    const proxy = this.#proxies.get(name);
    if (proxy === undefined) throw new ApiError(404, 'proxy not found');
    return proxy;
  }

  /** A proxy that cannot listen is not added. */
  async add(input: ProxyInput): Promise<Proxy> {
    if (this.#proxies.has(input.name)) throw new ApiError(409, 'proxy already exists');
    const proxy = new Proxy(input.name, input.listen, input.upstream, this.#random);
    this.#proxies.set(input.name, proxy);
    try {
      await proxy.change(input);
    } catch (error) {
      this.#proxies.delete(input.name);
      throw error;
    }
    return proxy;
  }

  /** As `POST /populate`: a proxy with the same addresses stays untouched, toxics and connections included. */
  async addOrReplace(input: ProxyInput): Promise<Proxy> {
    const existing = this.#proxies.get(input.name);
    if (existing !== undefined) {
      if (!existing.differs(input)) return existing;
      await this.remove(input.name);
    }
    return this.add(input);
  }

  async remove(name: string): Promise<void> {
    const proxy = this.get(name);
    this.#proxies.delete(name);
    await proxy.change({ listen: proxy.listen, upstream: proxy.upstream, enabled: false });
  }

  /** Enables every proxy and removes every toxic. */
  async reset(): Promise<void> {
    for (const proxy of this.all()) {
      await proxy.change({ listen: proxy.listen, upstream: proxy.upstream, enabled: true });
      for (const toxic of [...proxy.chains.upstream, ...proxy.chains.downstream]) proxy.removeToxic(toxic);
    }
  }
}
