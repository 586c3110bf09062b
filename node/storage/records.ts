/**
 * The records of a log file. Each is a header (length, checksum of the content, checksum of the header itself) and its content, so that a length
 * that was damaged is told from a record that the file's end cuts short.
 */
import type { Configuration } from '../core/configuration.ts';
import type { Entry, HardState, LogIndex, NodeId, Position } from '../core/entry.ts';
import { ByteReader, ByteWriter, MalformedBytes } from '../encoding/bytes.ts';
import { crc32c } from '../encoding/crc32c.ts';
import { readConfiguration, readEntry, writeConfiguration, writeEntry } from '../encoding/entries.ts';
import { StorageError } from './storage.ts';

export type LogRecord =
  /** First in every file: the format's version, and whose log it is. */
  | { readonly kind: 'file'; readonly version: number; readonly node: NodeId }
  /** The log follows on this place, with this configuration in force; entries up to it are not needed. */
  | { readonly kind: 'base'; readonly base: Position; readonly configuration: Configuration }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'truncate'; readonly from: LogIndex }
  | { readonly kind: 'hard-state'; readonly hardState: HardState };

export const formatVersion = 1;
const kinds = ['file', 'base', 'entry', 'truncate', 'hard-state'] as const satisfies LogRecord['kind'][];
const headerBytes = 12;

export function writeRecord(writer: ByteWriter, record: LogRecord): void {
  const header = writer.skip(headerBytes);
  const start = writer.length;
  writer.u8(kinds.indexOf(record.kind));
  writeContent(writer, record);
  writer.patchU32(header, writer.length - start);
  writer.patchU32(header + 4, crc32c(writer.view(start)));
  writer.patchU32(header + 8, crc32c(writer.view(header).subarray(0, 8)));
}

function writeContent(writer: ByteWriter, record: LogRecord): void {
  switch (record.kind) {
    case 'file':
      writer.u32(record.version);
      writer.text(record.node);
      return;
    case 'base':
      writer.u48(record.base.index);
      writer.u48(record.base.term);
      writeConfiguration(writer, record.configuration);
      return;
    case 'entry':
      writeEntry(writer, record.entry);
      return;
    case 'truncate':
      writer.u48(record.from);
      return;
    case 'hard-state':
      writer.u48(record.hardState.term);
      writer.u48(record.hardState.commit);
      writer.text(record.hardState.votedFor ?? '');
      return;
  }
}

function readContent(reader: ByteReader): LogRecord {
  const code = reader.u8();
  const kind = kinds[code];
  if (kind === undefined) throw new MalformedBytes(`expected the kind of a record, saw ${code}`);
  switch (kind) {
    case 'file':
      return { kind, version: reader.u32(), node: reader.text() };
    case 'base': {
      const base = { index: reader.u48(), term: reader.u48() };
      return { kind, base, configuration: readConfiguration(reader) };
    }
    case 'entry':
      return { kind, entry: readEntry(reader) };
    case 'truncate':
      return { kind, from: reader.u48() };
    case 'hard-state': {
      const [term, commit, votedFor] = [reader.u48(), reader.u48(), reader.text()];
      return { kind, hardState: { term, commit, votedFor: votedFor === '' ? null : votedFor } };
    }
  }
}

export interface FileContent {
  readonly records: readonly LogRecord[];
  /** Where the last whole write ends: after its hard state. */
  readonly length: number;
  /** Whether an unfinished write follows there. */
  readonly torn: boolean;
}

/**
 * Reads a file's records. A write that the end of the file cuts short was never acknowledged and is left out; a whole record with a wrong checksum may have
 * been, so that it is refused.
 * @throws StorageError (`damaged`), naming file and offset.
 */
export function readRecords(file: string, bytes: Buffer): FileContent {
  const records: LogRecord[] = [];
  let at = 0;
  let [wholeRecords, wholeLength] = [0, 0];
  while (at + headerBytes <= bytes.length) {
    const header = bytes.subarray(at, at + headerBytes);
    if (crc32c(header.subarray(0, 8)) !== header.readUInt32LE(8)) throw damaged(file, at, 'its header');
    const length = header.readUInt32LE(0);
    if (at + headerBytes + length > bytes.length) break;
    const content = bytes.subarray(at + headerBytes, at + headerBytes + length);
    if (crc32c(content) !== header.readUInt32LE(4)) throw damaged(file, at, 'its content');
    const record = decode(file, at, content);
    records.push(record);
    at += headerBytes + length;
    if (record.kind === 'hard-state') [wholeRecords, wholeLength] = [records.length, at];
  }
  return {
    records: records.slice(0, wholeRecords),
    length: wholeLength,
    torn: wholeLength < bytes.length,
  };
}

function decode(file: string, offset: number, content: Buffer): LogRecord {
  try {
    const reader = new ByteReader(content);
    const record = readContent(reader);
    reader.end();
    return record;
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error;
    throw new StorageError(
      'damaged',
      `${file}, offset ${offset}: the record's checksum is right but its content is not: ${error.message}. Was it written by another version?`,
      { cause: error },
    );
  }
}

function damaged(file: string, offset: number, part: string): StorageError {
  return new StorageError(
    'damaged',
    `${file}, offset ${offset}: the checksum of ${part} is wrong, so that this record, which may have been acknowledged, is lost. ` +
      'Do not go on with this data: remove the node, and add a new one under a name that was never used.',
  );
}
