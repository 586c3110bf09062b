import type { Proxy } from 'toxiproxy-node-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProxyCallError } from './toxiproxy-client.ts';
import type { ToxicBody } from './toxics-of.ts';

/** A toxic with its name and place on one proxy. */
export interface NamedToxic extends ToxicBody {
  readonly name: string;
  readonly stream: 'upstream' | 'downstream';
}

/** What a relaxed toxic held back is on its way within this time. */
const relaxMs = 40;

/**
 * One directed link: a proxy on the server, what is wished of it, and the calls that make it so, one at a time.
 *
 * Toxiproxy removes a toxic by pushing what it held back through the rest of the chain while it holds the proxy's lock. Where the connection's other end has
 * given up meanwhile, which is what nodes do during a long `hold`, nobody takes those bytes, and the proxy answers no call for many seconds, or ever. So a toxic that
 * holds bytes is first relaxed, which lets them go without the lock; and a proxy that is stuck all the same is made anew with what is wished of it.
 */
export class ProxiedLink {
  readonly #proxy: Proxy;
  /** In force, or to be: in the order in which they were added. */
  readonly #toxics = new Map<string, NamedToxic>();
  #enabled = false;
  #turn: Promise<void> = Promise.resolve();

  /** @param proxy as the server made it, disabled and without toxics */
  constructor(proxy: Proxy) {
    this.#proxy = proxy;
  }

  async add(toxics: readonly NamedToxic[]): Promise<void> {
    await this.#inTurn(async () => {
      // Noted before the calls: what a failed call may have left behind can still be removed.
      for (const toxic of toxics) this.#toxics.set(toxic.name, toxic);
      await this.#orAnew(async () => {
        for (const toxic of toxics) await this.#proxy.addToxic<unknown>({ ...toxic, toxicity: 1 });
      });
    });
  }

  async remove(names: readonly string[]): Promise<void> {
    await this.#inTurn(async () => {
      const leaving = names.flatMap((name) => this.#toxics.get(name) ?? []);
      const isOvertaken = hasLater([...this.#toxics.values()], new Set(names));
      for (const { name } of leaving) this.#toxics.delete(name);
      await this.#orAnew(async () => {
        const holding = leaving.flatMap((toxic) => relaxed(toxic) ?? []);
        for (const toxic of holding) await unlessGone(this.#update(toxic));
        if (holding.length > 0) await sleep(relaxMs);
        if (isOvertaken) await this.#makeAnew();
        // The last that was added goes first.
        else for (const { name } of leaving.toReversed()) await unlessGone(this.#delete(name));
      });
    });
  }

  async enable(enabled: boolean): Promise<void> {
    await this.#inTurn(async () => {
      this.#enabled = enabled;
      const { listen, upstream } = this.#proxy;
      await patiently(() => this.#proxy.update({ listen, upstream, enabled }));
    });
  }

  /** Calls on one proxy are made one after the other, so that a proxy made anew is made of what all of them wish. */
  async #inTurn(task: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(task);
    this.#turn = mine.catch(() => undefined);
    await mine;
  }

  async #orAnew(calls: () => Promise<void>): Promise<void> {
    try {
      await calls();
    } catch (error) {
      if (!(error instanceof ProxyCallError && error.timedOut)) throw error;
      await this.#makeAnew();
    }
  }

  /** Its connections end with it, and with them what was stuck. */
  async #makeAnew(): Promise<void> {
    const { name, listen, upstream } = this.#proxy;
    await patiently(() => unlessGone(this.#proxy.remove()));
    await this.#proxy.toxiproxy.createProxy({ name, listen, upstream, enabled: this.#enabled });
    for (const toxic of this.#toxics.values()) await this.#proxy.addToxic<unknown>({ ...toxic, toxicity: 1 });
  }

  async #update({ name, attributes }: NamedToxic): Promise<void> {
    await this.#proxy.api.post(`${this.#proxy.getPath()}/toxics/${name}`, { attributes, toxicity: 1 });
  }

  async #delete(name: string): Promise<void> {
    await this.#proxy.api.delete(`${this.#proxy.getPath()}/toxics/${name}`);
  }
}

/** The toxic with attributes that let everything through, or undefined where it never holds anything back. */
function relaxed(toxic: NamedToxic): NamedToxic | undefined {
  switch (toxic.type) {
    case 'latency':
      return { ...toxic, attributes: { latency: 0, jitter: 0 } };
    case 'bandwidth':
      return { ...toxic, attributes: { rate: 1_000_000 } };
    case 'slicer':
      return { ...toxic, attributes: { average_size: 65_536, size_variation: 0, delay: 0 } };
    case 'timeout':
    case 'reset_peer':
      return undefined;
  }
}

/** Gone already, or never added: nothing of it is in force, which is what was asked for. */
async function unlessGone(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ProxyCallError && error.status === 404)) throw error;
  }
}

/** Toxiproxy stops a proxy only when its dial to a node that died has failed, which takes it three seconds. */
const attemptsMax = 4;

async function patiently(call: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await call();
      return;
    } catch (error) {
      if (!(error instanceof ProxyCallError && error.timedOut) || attempt === attemptsMax) throw error;
    }
  }
}

/**
 * Whether a toxic that stays was added after one that leaves, on the same stream. Toxiproxy 2.12 leaves the stub of a removed toxic in the chain of a
 * connection whose beginning has closed; if a later toxic still holds bytes, the connection lives on with positions that are wrong, and the next toxic that is
 * added to it ends the server (index out of range in `AddToxic`).
 */
function hasLater(inOrder: readonly NamedToxic[], leaving: ReadonlySet<string>): boolean {
  return inOrder.some(
    ({ name, stream }, index) =>
      !leaving.has(name) &&
      inOrder.slice(0, index).some((earlier) => leaving.has(earlier.name) && earlier.stream === stream),
  );
}
