/** Peers over TCP: one connection to each, dialled by whoever has something to say, and one listener for theirs. */
import type { NodeId } from '../core/entry.ts';
import type { Message } from '../core/messages.ts';
import { beatMs, PeerLink } from './peer-link.ts';
import { PeerListener } from './peer-listener.ts';
import type { Transport, TransportOptions } from './transport.ts';

/** Resolves when the listening port is bound; peers are dialled from then on. */
export async function openTcpPeers(options: TransportOptions): Promise<Transport> {
  return new TcpPeers(options, await PeerListener.open(options));
}

class TcpPeers implements Transport {
  readonly #links: ReadonlyMap<NodeId, PeerLink>;
  readonly #listener: PeerListener;
  readonly #beats: NodeJS.Timeout;

  constructor(options: TransportOptions, listener: PeerListener) {
    this.#listener = listener;
    this.#links = new Map(
      [...options.peers].map(([peer, address]) => [peer, new PeerLink(options, peer, address)]),
    );
    this.#beats = setInterval(() => this.#beat(), beatMs);
    this.#beat();
  }

  send(to: NodeId, messages: readonly Message[]): boolean {
    return this.#links.get(to)?.send(messages) ?? false;
  }

  #beat(): void {
    for (const link of this.#links.values()) link.beat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#beats);
    for (const link of this.#links.values()) link.close();
    await this.#listener[Symbol.asyncDispose]();
  }
}
