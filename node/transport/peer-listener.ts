/** Where this node hears its peers. Whoever does not greet properly, and soon, is cut off. */
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { NodeId } from '../core/entry.ts';
import { MalformedBytes } from '../encoding/bytes.ts';
import { BrokenStream, FrameReader, FrameWriter } from './frames.ts';
import type { Greeting, Parcel } from './parcels.ts';
import { decodeParcel, encodeParcel, isProven } from './parcels.ts';
import type { TransportOptions } from './transport.ts';

/** How long a connection may take to greet, and how long it may then be silent (a peer pings several times a second). */
const greetingLimitMs = 2_000;
const silenceLimitMs = 10_000;
const maxConnections = 256;
/** Connections that have not greeted yet; beyond it the oldest is closed, so that strangers keep no peer out. And what each may send before it greets. */
const maxStrangers = 64;
const maxGreetingBytes = 2 ** 12;
/** One note about strangers in this time, however many come. */
const noteEveryMs = 5_000;

interface Heard {
  readonly life: number;
  readonly connection: number;
  readonly socket: Socket;
}

export class PeerListener implements AsyncDisposable {
  readonly #options: TransportOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Those that have not greeted, oldest first. */
  readonly #strangers = new Set<Socket>();
  /** The latest connection of each peer. */
  readonly #heard = new Map<NodeId, Heard>();
  #notedAt = -Infinity;

  private constructor(options: TransportOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = maxConnections;
  }

  /** Resolves when the port is bound; rejects when it cannot be. */
  static async open(options: TransportOptions): Promise<PeerListener> {
    const listener = new PeerListener(options);
    await new Promise<void>((resolve, reject) => {
      listener.#server.once('error', reject);
      listener.#server.listen(options.listen.port, options.listen.host, () => {
        listener.#server.off('error', reject);
        resolve();
      });
    });
    return listener;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    this.#strangers.add(socket);
    for (const oldest of this.#strangers) {
      if (this.#strangers.size <= maxStrangers) break;
      this.#strangers.delete(oldest);
      oldest.destroy();
    }
    // Counted from the beginning: a byte now and then does not prolong it.
    const patience = setTimeout(() => {
      if (this.#strangers.has(socket)) socket.destroy();
    }, greetingLimitMs);
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(patience);
      this.#strangers.delete(socket);
      this.#sockets.delete(socket);
    });
    const reader = new FrameReader();
    const writer = new FrameWriter();
    let peer: NodeId | null = null;
    socket.on('data', (chunk) => {
      if (socket.destroyed) return;
      try {
        if (peer === null && socket.bytesRead > maxGreetingBytes) {
          throw new BrokenStream(`expected a greeting within ${maxGreetingBytes} bytes`);
        }
        for (const content of reader.push(chunk)) {
          peer = this.#take(socket, writer, peer, decodeParcel(content));
        }
      } catch (error) {
        if (!(error instanceof BrokenStream || error instanceof MalformedBytes)) throw error;
        this.#refuse(socket, peer, error.message);
      }
    });
  }

  /** Returns who speaks on this connection. */
  #take(socket: Socket, writer: FrameWriter, peer: NodeId | null, parcel: Parcel): NodeId {
    if (peer === null) {
      if (parcel.kind !== 'greeting')
        throw new MalformedBytes(`expected a greeting first, saw ${parcel.kind}`);
      this.#greet(socket, parcel.greeting, parcel.proof);
      return parcel.greeting.from;
    }
    switch (parcel.kind) {
      case 'messages':
        // A connection that was replaced while this chunk was taken apart has nothing more to say.
        if (this.#heard.get(peer)?.socket === socket) {
          this.#options.events.onMessages(peer, parcel.messages);
        }
        return peer;
      case 'ping':
        socket.write(writer.frame(encodeParcel({ kind: 'pong' })));
        return peer;
      case 'greeting':
      case 'pong':
        throw new MalformedBytes(`expected messages or a ping, saw a ${parcel.kind}`);
    }
  }

  #greet(socket: Socket, greeting: Greeting, proof: Buffer): void {
    const { id, peers, token, events } = this.#options;
    if (!isProven(token, greeting, proof)) throw new MalformedBytes('the greeting proves another token');
    if (greeting.to !== id) throw new MalformedBytes(`the greeting is for ${greeting.to}, this is ${id}`);
    if (!peers.has(greeting.from)) throw new MalformedBytes(`${greeting.from} is not in RAFT_PEERS`);
    const earlier = this.#heard.get(greeting.from);
    const { from, life, connection } = greeting;
    if (earlier?.life === life && earlier.connection > connection) {
      throw new MalformedBytes(`connection ${connection} of ${from} was already replaced`);
    }
    this.#heard.set(from, { life, connection, socket });
    this.#strangers.delete(socket);
    socket.setTimeout(silenceLimitMs);
    earlier?.socket.destroy();
    if (earlier !== undefined && earlier.life !== life) events.onPeerRestarted(from);
  }

  #refuse(socket: Socket, peer: NodeId | null, reason: string): void {
    socket.destroy();
    const now = performance.now();
    if (now - this.#notedAt < noteEveryMs) return;
    this.#notedAt = now;
    this.#options.note('closed a peer connection', { peer, from: socket.remoteAddress, reason });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
