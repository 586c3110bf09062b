import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { parseAddress, renderAddress } from './address.ts';
import { ApiError } from './api-error.ts';
import { Connection } from './connection.ts';
import type { FlowTraffic } from './flow.ts';
import { renderToxic, type Stream, type Toxic } from './toxic.ts';

/** More connections than this through one proxy are closed as they come. */
const connectionsMax = 4096;
const dialTimeoutMs = 10_000;

export interface ProxySettings {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

/** One listening address, joined to one upstream address through two chains of toxics. A proxy that is not enabled does not listen. */
export class Proxy {
  readonly name: string;
  readonly chains: Readonly<Record<Stream, Toxic[]>> = { upstream: [], downstream: [] };
  readonly traffic: Readonly<Record<Stream, FlowTraffic>> = {
    upstream: { receivedBytes: 0, sentBytes: 0 },
    downstream: { receivedBytes: 0, sentBytes: 0 },
  };
  readonly #random: () => number;
  readonly #connections = new Set<Connection>();
  readonly #dialling = new Set<Socket>();
  #listen: string;
  #upstream: string;
  #server: Server | undefined;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(name: string, listen: string, upstream: string, random: () => number) {
    this.name = name;
    this.#listen = listen;
    this.#upstream = upstream;
    this.#random = random;
  }

  get listen(): string {
    return this.#listen;
  }

  get upstream(): string {
    return this.#upstream;
  }

  get enabled(): boolean {
    return this.#server !== undefined;
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  /** Listens, refuses or moves. Any other address, of either side, closes the connections that live. Changes take effect one after the other. */
  change(settings: ProxySettings): Promise<void> {
    const change = this.#lastChange.then(async () => {
      if (this.differs(settings)) {
        await this.#stop();
        this.#listen = settings.listen;
        this.#upstream = settings.upstream;
      }
      if (settings.enabled) await this.#start();
      else await this.#stop();
    });
    this.#lastChange = change.catch(() => undefined);
    return change;
  }

  differs(settings: Pick<ProxySettings, 'listen' | 'upstream'>): boolean {
    const listen = renderAddress(parseAddress(settings.listen));
    return listen !== renderAddress(parseAddress(this.#listen)) || settings.upstream !== this.#upstream;
  }

  toxic(name: string): Toxic | undefined {
    return [...this.chains.upstream, ...this.chains.downstream].find((toxic) => toxic.name === name);
  }

  addToxic(toxic: Toxic): void {
    this.chains[toxic.stream].push(toxic);
    for (const connection of this.#connections) connection.flow(toxic.stream).add(toxic);
  }

  /** To be called after the attributes or the toxicity of `toxic` were changed in place. */
  updateToxic(toxic: Toxic): void {
    for (const connection of this.#connections) connection.flow(toxic.stream).update(toxic);
  }

  removeToxic(toxic: Toxic): void {
    const chain = this.chains[toxic.stream];
    chain.splice(chain.indexOf(toxic), 1);
    for (const connection of this.#connections) connection.flow(toxic.stream).remove(toxic);
  }

  /** The JSON of a proxy in answers. */
  render(): object {
    const toxics = [...this.chains.upstream, ...this.chains.downstream].map(renderToxic);
    return {
      name: this.name,
      listen: this.#listen,
      upstream: this.#upstream,
      enabled: this.enabled,
      toxics,
    };
  }

  async #start(): Promise<void> {
    if (this.#server !== undefined) return;
    const address = parseAddress(this.#listen);
    // Half-open sockets, so that the end of one direction waits its turn behind the bytes that toxics keep.
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) =>
      this.#accept(client),
    );
    server.maxConnections = connectionsMax;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const reason = error.code === 'EADDRINUSE' ? 'bind: address already in use' : error.message;
        reject(new ApiError(500, `listen tcp ${this.#listen}: ${reason}`));
      });
      server.listen({ host: address.host, port: address.port, exclusive: true }, resolve);
    });
    // Errors of accepting (too many open files) close nothing that lives.
    server.on('error', () => undefined);
    const bound = server.address() as AddressInfo;
    this.#listen = renderAddress({ host: bound.address, port: bound.port });
    this.#server = server;
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.#dialling) socket.destroy();
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }

  /** Each client is dialled for by itself: an upstream that does not answer holds up no other connection. */
  #accept(client: Socket): void {
    client.on('error', () => undefined);
    let target;
    try {
      target = parseAddress(this.#upstream);
    } catch {
      client.destroy();
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true, timeout: dialTimeoutMs });
    this.#dialling.add(client).add(upstream);
    const giveUp = () => {
      this.#dialling.delete(client);
      this.#dialling.delete(upstream);
      upstream.destroy();
      client.destroy();
    };
    upstream.on('error', () => undefined);
    upstream.once('timeout', giveUp);
    upstream.once('close', giveUp);
    client.once('close', giveUp);
    upstream.once('connect', () => {
      upstream.setTimeout(0);
      for (const socket of [client, upstream]) socket.off('close', giveUp);
      this.#dialling.delete(client);
      this.#dialling.delete(upstream);
      const connection = new Connection(client, upstream, this.chains, this.traffic, this.#random, () =>
        this.#connections.delete(connection),
      );
      this.#connections.add(connection);
    });
  }
}
