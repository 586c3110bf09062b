/** What a frame holds: the greeting that opens a connection, messages, or the ping and pong that show it is alive. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { NodeId } from '../core/entry.ts';
import type { Message } from '../core/messages.ts';
import { ByteReader, ByteWriter, MalformedBytes } from '../encoding/bytes.ts';
import { readMessage, writeMessage } from './messages.ts';

/** Who dials whom. A connection carries messages from the dialler to the other end, and only pongs back. */
export interface Greeting {
  readonly from: NodeId;
  /** The dialler's life, and the number of this connection in it: the later of two connections replaces the earlier. */
  readonly life: number;
  readonly connection: number;
  readonly to: NodeId;
}

export type Parcel =
  | { readonly kind: 'greeting'; readonly greeting: Greeting; readonly proof: Buffer }
  | { readonly kind: 'messages'; readonly messages: readonly Message[] }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' };

const kinds = ['greeting', 'messages', 'ping', 'pong'] as const satisfies Parcel['kind'][];
/** A parcel that has grown to this takes no more messages. */
const fullParcelBytes = 2 ** 20;
/** Changes with the protocol, so that nodes of different versions refuse each other instead of misreading. */
const protocol = 'raft-lab-peer/1';

/** That the dialler knows the cluster's token, without sending it. */
export function proofOf(token: string, greeting: Greeting): Buffer {
  return createHmac('sha256', token).update(encodeGreeting(greeting)).digest();
}

export function isProven(token: string, greeting: Greeting, proof: Buffer): boolean {
  const expected = proofOf(token, greeting);
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}

function encodeGreeting({ from, life, connection, to }: Greeting): Buffer {
  const writer = new ByteWriter(128);
  writer.text(protocol);
  writer.text(from);
  writer.u48(life);
  writer.u48(connection);
  writer.text(to);
  return writer.finish();
}

export function encodeParcel(parcel: Exclude<Parcel, { kind: 'messages' }>): Buffer {
  const writer = new ByteWriter(256);
  writer.u8(kinds.indexOf(parcel.kind));
  if (parcel.kind === 'greeting') {
    writer.raw(encodeGreeting(parcel.greeting));
    writer.bytes(parcel.proof);
  }
  return writer.finish();
}

/** Messages in as few parcels as their size allows: usually one. */
export function encodeMessages(messages: readonly Message[]): Buffer[] {
  const parcels: Buffer[] = [];
  let writer: ByteWriter | null = null;
  for (const message of messages) {
    if (writer === null) {
      writer = new ByteWriter();
      writer.u8(kinds.indexOf('messages'));
    }
    writeMessage(writer, message);
    if (writer.length >= fullParcelBytes) {
      parcels.push(writer.finish());
      writer = null;
    }
  }
  if (writer !== null) parcels.push(writer.finish());
  return parcels;
}

/** @throws MalformedBytes */
export function decodeParcel(content: Uint8Array): Parcel {
  const reader = new ByteReader(content);
  const code = reader.u8();
  const kind = kinds[code];
  if (kind === undefined) throw new MalformedBytes(`expected the kind of a frame, saw ${code}`);
  switch (kind) {
    case 'greeting': {
      const spoken = reader.text();
      if (spoken !== protocol) throw new MalformedBytes(`expected ${protocol}, saw ${spoken.slice(0, 32)}`);
      const greeting = {
        from: reader.text(),
        life: reader.u48(),
        connection: reader.u48(),
        to: reader.text(),
      };
      return { kind, greeting, proof: reader.bytes() };
    }
    case 'messages': {
      const messages: Message[] = [];
      while (reader.remaining > 0) messages.push(readMessage(reader));
      return { kind, messages };
    }
    case 'ping':
    case 'pong':
      return { kind };
  }
}
