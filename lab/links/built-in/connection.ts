import type { Socket } from 'node:net';
import { Flow, type FlowTraffic } from './flow.ts';
import type { Stream, Toxic } from './toxic.ts';

/** A client's connection joined with the one that was dialled for it. */
export class Connection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #flows: Readonly<Record<Stream, Flow>>;

  /** @param whenGone is called once both sockets are closed. */
  constructor(
    client: Socket,
    upstream: Socket,
    chains: Readonly<Record<Stream, readonly Toxic[]>>,
    traffic: Readonly<Record<Stream, FlowTraffic>>,
    random: () => number,
    whenGone: () => void,
  ) {
    this.#client = client;
    this.#upstream = upstream;
    const reset = () => this.#reset();
    this.#flows = {
      upstream: new Flow(client, upstream, chains.upstream, traffic.upstream, random, reset),
      downstream: new Flow(upstream, client, chains.downstream, traffic.downstream, random, reset),
    };
    let open = 2;
    for (const socket of [client, upstream]) {
      socket.once('close', () => {
        open -= 1;
        if (open > 0) return;
        this.#dispose();
        whenGone();
      });
    }
    client.resume();
  }

  flow(stream: Stream): Flow {
    return this.#flows[stream];
  }

  /** Closes both sides at once; bytes under way are lost. */
  destroy(): void {
    this.#dispose();
    this.#client.destroy();
    this.#upstream.destroy();
  }

  #reset(): void {
    this.#dispose();
    this.#client.resetAndDestroy();
    this.#upstream.resetAndDestroy();
  }

  #dispose(): void {
    this.#flows.upstream.dispose();
    this.#flows.downstream.dispose();
  }
}
