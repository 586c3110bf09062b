/** The core's messages as bytes. */
import type { Position } from '../core/entry.ts';
import type { Message, RefusalReason } from '../core/messages.ts';
import type { ByteReader, ByteWriter } from '../encoding/bytes.ts';
import { MalformedBytes } from '../encoding/bytes.ts';
import { readConfiguration, readEntry, writeConfiguration, writeEntry } from '../encoding/entries.ts';

const kinds = [
  'vote-request',
  'vote',
  'append',
  'append-ack',
  'append-reject',
  'heartbeat',
  'heartbeat-ack',
  'snapshot-chunk',
  'snapshot-ack',
  'timeout-now',
  'stale',
  'forward',
  'forward-refused',
  'read-index',
  'read-index-answer',
  'read-index-refused',
] as const satisfies Message['kind'][];
const reasons = ['not-leader', 'out-of-space'] as const satisfies RefusalReason[];
/** Snapshots are held in memory; more than this is no state of ours. */
const maxSnapshotBytes = 2 ** 31;
/** The least an entry takes. */
const minEntryBytes = 13;

export function writeMessage(writer: ByteWriter, message: Message): void {
  writer.u8(kinds.indexOf(message.kind));
  if ('term' in message) writer.u48(message.term);
  else {
    writer.u48(message.life);
    writer.u48(message.attempt);
  }
  switch (message.kind) {
    case 'vote-request':
      writer.flag(message.pre);
      writePosition(writer, message.last);
      writePosition(writer, message.committed);
      writer.flag(message.transfer);
      return;
    case 'vote':
      writer.flag(message.pre);
      writer.flag(message.granted);
      writePosition(writer, message.committed);
      return;
    case 'append':
      writePosition(writer, message.previous);
      writer.u48(message.commit);
      writer.u32(message.entries.length);
      for (const entry of message.entries) writeEntry(writer, entry);
      return;
    case 'append-ack':
      writer.u48(message.matched);
      return;
    case 'append-reject':
      writer.u48(message.rejected);
      writePosition(writer, message.hint);
      return;
    case 'heartbeat':
      writer.u48(message.round);
      writer.u48(message.commit);
      writer.u48(message.sent);
      return;
    case 'heartbeat-ack':
      writer.u48(message.round);
      writer.u48(message.matched);
      writer.flag(message.missing);
      return;
    case 'snapshot-chunk':
      writePosition(writer, message.base);
      writeConfiguration(writer, message.configuration);
      writer.u48(message.offset);
      writer.u48(message.total);
      writer.bytes(message.data);
      return;
    case 'snapshot-ack':
      writer.u48(message.index);
      writer.u48(message.stored);
      return;
    case 'forward':
      writer.bytes(message.command);
      return;
    case 'forward-refused':
      writer.u8(reasons.indexOf(message.reason));
      return;
    case 'read-index-answer':
      writer.u48(message.index);
      return;
    case 'timeout-now':
    case 'stale':
    case 'read-index':
    case 'read-index-refused':
      return;
  }
}

/** @throws MalformedBytes */
export function readMessage(reader: ByteReader): Message {
  const code = reader.u8();
  const kind = kinds[code];
  if (kind === undefined) throw new MalformedBytes(`expected the kind of a message, saw ${code}`);
  switch (kind) {
    case 'vote-request':
      return {
        kind,
        term: reader.u48(),
        pre: reader.flag(),
        last: readPosition(reader),
        committed: readPosition(reader),
        transfer: reader.flag(),
      };
    case 'vote':
      return {
        kind,
        term: reader.u48(),
        pre: reader.flag(),
        granted: reader.flag(),
        committed: readPosition(reader),
      };
    case 'append':
      return {
        kind,
        term: reader.u48(),
        previous: readPosition(reader),
        commit: reader.u48(),
        entries: readEntries(reader),
      };
    case 'append-ack':
      return { kind, term: reader.u48(), matched: reader.u48() };
    case 'append-reject':
      return { kind, term: reader.u48(), rejected: reader.u48(), hint: readPosition(reader) };
    case 'heartbeat':
      return {
        kind,
        term: reader.u48(),
        round: reader.u48(),
        commit: reader.u48(),
        sent: reader.u48(),
      };
    case 'heartbeat-ack':
      return {
        kind,
        term: reader.u48(),
        round: reader.u48(),
        matched: reader.u48(),
        missing: reader.flag(),
      };
    case 'snapshot-chunk':
      return {
        kind,
        term: reader.u48(),
        base: readPosition(reader),
        configuration: readConfiguration(reader),
        offset: reader.u48(),
        total: readTotal(reader),
        data: reader.bytes(),
      };
    case 'snapshot-ack':
      return { kind, term: reader.u48(), index: reader.u48(), stored: reader.u48() };
    case 'timeout-now':
    case 'stale':
      return { kind, term: reader.u48() };
    case 'forward':
      return { kind, life: reader.u48(), attempt: reader.u48(), command: reader.bytes() };
    case 'forward-refused':
      return { kind, life: reader.u48(), attempt: reader.u48(), reason: readReason(reader) };
    case 'read-index':
      return { kind, life: reader.u48(), attempt: reader.u48() };
    case 'read-index-answer':
      return { kind, life: reader.u48(), attempt: reader.u48(), index: reader.u48() };
    case 'read-index-refused':
      return { kind, life: reader.u48(), attempt: reader.u48() };
  }
}

function writePosition(writer: ByteWriter, { index, term }: Position): void {
  writer.u48(index);
  writer.u48(term);
}

function readPosition(reader: ByteReader): Position {
  return { index: reader.u48(), term: reader.u48() };
}

function readEntries(reader: ByteReader): ReturnType<typeof readEntry>[] {
  const count = reader.u32();
  if (count * minEntryBytes > reader.remaining) {
    throw new MalformedBytes(`expected ${count} entries, ${reader.remaining} bytes remain`);
  }
  return Array.from({ length: count }, () => readEntry(reader));
}

function readTotal(reader: ByteReader): number {
  const total = reader.u48();
  if (total > maxSnapshotBytes) {
    throw new MalformedBytes(`expected a snapshot of at most ${maxSnapshotBytes} bytes, saw ${total}`);
  }
  return total;
}

function readReason(reader: ByteReader): RefusalReason {
  const code = reader.u8();
  const reason = reasons[code];
  if (reason === undefined) throw new MalformedBytes(`expected the reason of a refusal, saw ${code}`);
  return reason;
}
