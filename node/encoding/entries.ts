/** Entries and configurations as bytes: the same on disk and between peers. */
import type { Configuration } from '../core/configuration.ts';
import type { Entry, Payload } from '../core/entry.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { MalformedBytes } from './bytes.ts';

const payloadKinds = ['blank', 'command', 'configuration'] as const satisfies Payload['kind'][];

export function writeEntry(writer: ByteWriter, { index, term, payload }: Entry): void {
  writer.u48(index);
  writer.u48(term);
  writer.u8(payloadKinds.indexOf(payload.kind));
  switch (payload.kind) {
    case 'blank':
      return;
    case 'command':
      writer.bytes(payload.command);
      return;
    case 'configuration':
      writeConfiguration(writer, payload.configuration);
      return;
  }
}

export function readEntry(reader: ByteReader): Entry {
  return { index: reader.u48(), term: reader.u48(), payload: readPayload(reader) };
}

function readPayload(reader: ByteReader): Payload {
  const code = reader.u8();
  const kind = payloadKinds[code];
  if (kind === undefined) throw new MalformedBytes(`expected the kind of an entry, saw ${code}`);
  switch (kind) {
    case 'blank':
      return { kind };
    case 'command':
      return { kind, command: reader.bytes() };
    case 'configuration':
      return { kind, configuration: readConfiguration(reader) };
  }
}

export function writeConfiguration(writer: ByteWriter, configuration: Configuration): void {
  writer.u48(configuration.index);
  writer.texts(configuration.voters);
  writer.texts(configuration.outgoing);
  writer.texts(configuration.learners);
  writer.texts(configuration.learnersNext);
  writer.texts(configuration.removed);
}

export function readConfiguration(reader: ByteReader): Configuration {
  return {
    index: reader.u48(),
    voters: reader.texts(),
    outgoing: reader.texts(),
    learners: reader.texts(),
    learnersNext: reader.texts(),
    removed: reader.texts(),
  };
}
