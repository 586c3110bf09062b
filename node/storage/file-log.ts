/**
 * The log as append-only files, `log/0000000001.log` and so on. One flush is in flight at a time, and everything that is queued meanwhile joins
 * the next (group commit): under load one `fdatasync` serves many writes.
 */
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../core/configuration.ts';
import type { HardState, Position } from '../core/entry.ts';
import { ByteWriter } from '../encoding/bytes.ts';
import type { LogRecord } from './records.ts';
import { formatVersion, readRecords, writeRecord } from './records.ts';
import { Recovery } from './recovery.ts';
import type { LogStorage, LogWrite, OpenedStorage, StorageOptions } from './storage.ts';
import { StorageError } from './storage.ts';

/** A file is followed by a new one when it has grown to this. */
const maxFileBytes = 2 ** 24;
/** How soon a write that found no room is tried again. */
const fullRetryMs = 250;

interface Queued {
  readonly bytes: Buffer | null;
  readonly done: () => void;
}

/** Opens the log in `directory`, or begins one there. */
export async function openFileLog(options: StorageOptions): Promise<OpenedStorage> {
  const directory = join(options.directory, 'log');
  try {
    await mkdir(directory, { recursive: true });
    const names = await logFiles(directory);
    const lastName = names.at(-1);
    const recovery = new Recovery(options.node);
    if (lastName === undefined) {
      const base: Position = { index: 0, term: 0 };
      const hardState: HardState = { term: 0, votedFor: null, commit: 0 };
      const head = headOf(options.node, base, options.firstConfiguration, hardState);
      const handle = await createFile(directory, 1, encode(head));
      recovery.replay(fileName(1), head);
      const recovered = recovery.result(directory);
      return { log: new FileLog(options, handle, 1, encode(head).length, recovered), recovered };
    }
    let length = 0;
    for (const name of names) {
      const path = join(directory, name);
      const content = readRecords(path, await readFile(path));
      if (content.torn && name !== lastName) {
        throw new StorageError(
          'damaged',
          `${path}, offset ${content.length}: the file ends in the middle of a record, and it is not the last file.`,
        );
      }
      recovery.replay(path, content.records);
      length = content.length;
    }
    const recovered = recovery.result(directory);
    const handle = await open(join(directory, lastName), 'r+');
    await handle.truncate(length);
    await handle.datasync();
    return { log: new FileLog(options, handle, Number.parseInt(lastName, 10), length, recovered), recovered };
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new StorageError('unreadable', `The log in ${directory} cannot be used: ${String(error)}.`, {
      cause: error,
    });
  }
}

class FileLog implements LogStorage {
  readonly #options: StorageOptions;
  readonly #directory: string;
  #handle: FileHandle;
  #number: number;
  /** Where the last record on disk ends. */
  #length: number;
  #base: Position;
  #configuration: Configuration;
  #hardState: HardState;
  #queue: Queued[] = [];
  #flushing: Promise<void> | null = null;
  #closing = false;

  constructor(
    options: StorageOptions,
    handle: FileHandle,
    number: number,
    length: number,
    recovered: OpenedStorage['recovered'],
  ) {
    this.#options = options;
    this.#directory = join(options.directory, 'log');
    this.#handle = handle;
    this.#number = number;
    this.#length = length;
    this.#base = recovered.base;
    this.#configuration = recovered.configuration;
    this.#hardState = recovered.hardState;
  }

  append(write: LogWrite, done: () => void): void {
    const records = recordsOf(write);
    if (write.hardState !== null) this.#hardState = write.hardState;
    this.#queue.push({ bytes: records.length === 0 ? null : encode(records), done });
    this.#flushing ??= this.#flush().catch((error: unknown) => {
      // After a failed flush nobody knows what is on disk, so nothing is tried again.
      this.#closing = true;
      this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
    });
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closing) {
      const batch = this.#queue;
      this.#queue = [];
      const parts = batch.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
      if (parts.length > 0) {
        if (this.#length >= maxFileBytes) await this.#nextFile();
        const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
        if (!(await this.#writeWithRoom(bytes))) return;
        await this.#handle.datasync();
        this.#length += bytes.length;
      }
      for (const { done } of batch) done();
    }
    this.#flushing = null;
  }

  /** Writes at the end, waiting for room as long as there is none. Returns false when the log is closed meanwhile. */
  async #writeWithRoom(bytes: Buffer): Promise<boolean> {
    for (let full = false; ;) {
      try {
        await writeAll(this.#handle, bytes, this.#length);
        if (full) this.#options.onFull(false);
        return true;
      } catch (error) {
        if (!isFull(error)) throw error;
        // A part may have been written; it was never acknowledged.
        await this.#handle.truncate(this.#length);
        if (!full) this.#options.onFull(true);
        full = true;
        await new Promise((resolve) => setTimeout(resolve, fullRetryMs));
        if (this.#closing) return false;
      }
    }
  }

  async #nextFile(): Promise<void> {
    const head = encode(headOf(this.#options.node, this.#base, this.#configuration, this.#hardState));
    const next = await createFile(this.#directory, this.#number + 1, head);
    await this.#handle.close();
    this.#handle = next;
    this.#number += 1;
    this.#length = head.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const flushing = this.#flushing;
    // What is queued still reaches the disk, unless the disk is full.
    if (flushing !== null) {
      await Promise.race([flushing, new Promise((resolve) => setTimeout(resolve, 4 * fullRetryMs))]);
    }
    this.#closing = true;
    await this.#flushing;
    await this.#handle.close();
  }
}

function headOf(
  node: string,
  base: Position,
  configuration: Configuration,
  hardState: HardState,
): LogRecord[] {
  return [
    { kind: 'file', version: formatVersion, node },
    { kind: 'base', base, configuration },
    { kind: 'hard-state', hardState },
  ];
}

function recordsOf({ truncateFrom, entries, hardState }: LogWrite): LogRecord[] {
  return [
    ...(truncateFrom === null ? [] : [{ kind: 'truncate', from: truncateFrom } as const]),
    ...entries.map((entry) => ({ kind: 'entry', entry }) as const),
    ...(hardState === null ? [] : [{ kind: 'hard-state', hardState } as const]),
  ];
}

function encode(records: readonly LogRecord[]): Buffer {
  const writer = new ByteWriter();
  for (const record of records) writeRecord(writer, record);
  return writer.finish();
}

function fileName(number: number): string {
  return `${String(number).padStart(10, '0')}.log`;
}

async function logFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  // A file that was never finished holds nothing that was acknowledged.
  for (const name of names) if (name.endsWith('.new')) await rm(join(directory, name));
  return names.filter((name) => /^\d{10}\.log$/.test(name)).sort();
}

/** Writes a file's beginning beside its place and renames it, so that a file is there whole or not at all. */
async function createFile(directory: string, number: number, head: Buffer): Promise<FileHandle> {
  const path = join(directory, fileName(number));
  const handle = await open(`${path}.new`, 'w+');
  await writeAll(handle, head, 0);
  await handle.sync();
  await rename(`${path}.new`, path);
  const parent = await open(directory, 'r');
  await parent.sync();
  await parent.close();
  return handle;
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
