/**
 * The connection over which this node speaks to one peer, dialled again for as long as the node lives. A link can swallow bytes without
 * closing; so the peer answers pings, and a connection whose ping stays unanswered is replaced.
 */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { NodeId } from '../core/entry.ts';
import type { Message } from '../core/messages.ts';
import { FrameReader, FrameWriter } from './frames.ts';
import { decodeParcel, encodeMessages, encodeParcel, proofOf } from './parcels.ts';
import type { Address, TransportOptions } from './transport.ts';

/** Durations in beats of the transport. Beats, unlike a clock, do not run on while this process stands still. */
export const beatMs = 50;
const connectBeats = 10;
const redialBeats = 4;
const pingBeats = 3;
const stallBeats = 20;
/** Bytes that may wait for a peer; beyond them messages are dropped, and the protocol sends again what mattered. */
const maxWaitingBytes = 2 ** 24;

type Connection =
  | { readonly kind: 'none'; redialIn: number }
  | { readonly kind: 'dialling'; readonly socket: Socket; beats: number }
  | {
      readonly kind: 'open';
      readonly socket: Socket;
      readonly writer: FrameWriter;
      sincePing: number;
      unanswered: number;
      /** The peer has answered on this connection, so that a new one may be tried at once when it ends. */
      answered: boolean;
    };

export class PeerLink {
  readonly #options: TransportOptions;
  readonly #peer: NodeId;
  readonly #address: Address;
  #connection: Connection = { kind: 'none', redialIn: 0 };
  #dialled = 0;
  #closed = false;

  constructor(options: TransportOptions, peer: NodeId, address: Address) {
    this.#options = options;
    this.#peer = peer;
    this.#address = address;
  }

  /** Returns false when there is no connection, or too much waits in it. */
  send(messages: readonly Message[]): boolean {
    const connection = this.#connection;
    if (connection.kind !== 'open' || connection.socket.writableLength > maxWaitingBytes) return false;
    for (const parcel of encodeMessages(messages)) connection.socket.write(connection.writer.frame(parcel));
    return true;
  }

  /** One beat went by. */
  beat(): void {
    const connection = this.#connection;
    switch (connection.kind) {
      case 'none':
        connection.redialIn -= 1;
        if (connection.redialIn <= 0) this.#dial();
        return;
      case 'dialling':
        connection.beats += 1;
        if (connection.beats >= connectBeats) this.#drop(connection.socket, 0);
        return;
      case 'open':
        connection.unanswered += 1;
        connection.sincePing += 1;
        if (connection.unanswered >= stallBeats) this.#drop(connection.socket, 0);
        else if (connection.sincePing >= pingBeats) {
          connection.sincePing = 0;
          connection.socket.write(connection.writer.frame(encodeParcel({ kind: 'ping' })));
        }
        return;
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#connection.kind !== 'none') this.#connection.socket.destroy();
  }

  #dial(): void {
    const socket = connect({ ...this.#address, noDelay: true });
    this.#connection = { kind: 'dialling', socket, beats: 0 };
    socket.once('connect', () => this.#open(socket));
    socket.once('error', () => this.#drop(socket, redialBeats));
    socket.once('close', () => this.#drop(socket, redialBeats));
  }

  #open(socket: Socket): void {
    if (this.#closed || this.#connection.kind !== 'dialling' || this.#connection.socket !== socket) return;
    const writer = new FrameWriter();
    this.#dialled += 1;
    const { id: from, life, token } = this.#options;
    const greeting = { from, life, connection: this.#dialled, to: this.#peer };
    const parcel = { kind: 'greeting', greeting, proof: proofOf(token, greeting) } as const;
    socket.write(writer.frame(encodeParcel(parcel)));
    socket.write(writer.frame(encodeParcel({ kind: 'ping' })));
    this.#connection = { kind: 'open', socket, writer, sincePing: 0, unanswered: 0, answered: false };
    const reader = new FrameReader();
    socket.on('data', (chunk) => this.#receive(socket, reader, chunk));
  }

  #receive(socket: Socket, reader: FrameReader, chunk: Buffer): void {
    const connection = this.#connection;
    if (connection.kind !== 'open' || connection.socket !== socket) return;
    try {
      for (const content of reader.push(chunk)) {
        if (decodeParcel(content).kind !== 'pong') continue;
        connection.unanswered = 0;
        connection.answered = true;
      }
    } catch {
      // Pongs were lost on the way; a new connection begins to count afresh.
      this.#drop(socket, 0);
    }
  }

  #drop(socket: Socket, redialIn: number): void {
    socket.destroy();
    const connection = this.#connection;
    if (connection.kind === 'none' || connection.socket !== socket) return;
    const wasAlive = connection.kind === 'open' && connection.answered;
    this.#connection = { kind: 'none', redialIn: wasAlive ? 0 : redialIn };
  }
}
