/**
 * The log as append-only files, `log/0000000001.log` and so on. One flush is in flight at a time, and everything that is queued meanwhile joins
 * the next (group commit): under load one flush serves many writes.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '../core/assert.ts';
import type { LogBase } from '../core/effects.ts';
import type { HardState, LogIndex, Snapshot } from '../core/entry.ts';
import { ByteWriter } from '../encoding/bytes.ts';
import { DurableFile } from './durable-file.ts';
import type { LogRecord } from './records.ts';
import { formatVersion, readRecords, writeRecord } from './records.ts';
import { Recovery } from './recovery.ts';
import { SnapshotFiles } from './snapshot-files.ts';
import type { LogStorage, LogWrite, OpenedStorage, StorageOptions } from './storage.ts';
import { StorageError } from './storage.ts';

/** A file is followed by a new one when it has grown to this. */
const maxFileBytes = 2 ** 24;
/** After a compaction a smaller one will do, so that what is superfluous can go. */
const compactedFileBytes = 2 ** 18;
/** How soon a write that found no room is tried again. */
const fullRetryMs = 250;

interface Queued {
  readonly bytes: Buffer | null;
  readonly write: LogWrite;
  readonly done: () => void;
}

/** Opens the log in `directory`, or begins one there. */
export async function openFileLog(options: StorageOptions): Promise<OpenedStorage> {
  const directory = join(options.directory, 'log');
  const snapshots = new SnapshotFiles(options.directory);
  try {
    await mkdir(directory, { recursive: true });
    const recovery = new Recovery(options.node);
    let names = await logFiles(directory);
    if (names.length === 0) {
      const base: LogBase = { position: { index: 0, term: 0 }, configuration: options.firstConfiguration };
      const hardState: HardState = { term: 0, votedFor: null, commit: 0 };
      await (await createFile(directory, 1, encode(headOf(options.node, base, hardState)))).close();
      names = await logFiles(directory);
    }
    const files: LogFile[] = [];
    for (const name of names) {
      const path = join(directory, name);
      const content = readRecords(path, await readFile(path));
      if (content.torn && name !== names.at(-1)) {
        throw new StorageError(
          'damaged',
          `${path}, offset ${content.length}: the file ends in the middle of a record, and it is not the last file.`,
        );
      }
      recovery.replay(path, content.records);
      files.push({
        number: Number.parseInt(name, 10),
        length: content.length,
        lastIndex: lastIndexOf(content.records),
      });
    }
    const state = recovery.result(directory);
    const snapshot = state.base.index === 0 ? null : await snapshots.load(state.base);
    const last = files.at(-1);
    if (last === undefined) throw new Error('a log has a file');
    const handle = await DurableFile.open(join(directory, fileName(last.number)), 'existing');
    await handle.truncate(last.length);
    await handle.sync();
    await snapshots.keepOnly(state.base);
    const recovered = { ...state, snapshot };
    return { log: new FileLog(options, snapshots, handle, files, recovered), recovered };
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new StorageError('unreadable', `The log in ${directory} cannot be used: ${String(error)}.`, {
      cause: error,
    });
  }
}

interface LogFile {
  readonly number: number;
  /** Where its last record on disk ends. */
  length: number;
  /** The highest index of an entry in it; 0 without entries. */
  lastIndex: LogIndex;
}

class FileLog implements LogStorage {
  readonly #options: StorageOptions;
  readonly #directory: string;
  readonly #snapshots: SnapshotFiles;
  #handle: DurableFile;
  /** Those before the one that is written to, oldest first. */
  readonly #fullFiles: LogFile[];
  #file: LogFile;
  /** What a new file begins with, beside whose it is. */
  #base: LogBase;
  #hardState: HardState;
  #queue: Queued[] = [];
  #flushing: Promise<void> | null = null;
  #closing = false;

  constructor(
    options: StorageOptions,
    snapshots: SnapshotFiles,
    handle: DurableFile,
    files: readonly LogFile[],
    recovered: OpenedStorage['recovered'],
  ) {
    const last = files.at(-1);
    if (last === undefined) throw new Error('a log has a file');
    this.#options = options;
    this.#directory = join(options.directory, 'log');
    this.#snapshots = snapshots;
    this.#handle = handle;
    this.#fullFiles = files.slice(0, -1);
    this.#file = last;
    this.#base = { position: recovered.base, configuration: recovered.configuration };
    this.#hardState = recovered.hardState;
  }

  append(write: LogWrite, done: () => void): void {
    const records = recordsOf(write);
    assert(records.length === 0 || write.hardState !== null, 'a write ends with the hard state');
    this.#queue.push({ bytes: records.length === 0 ? null : encode(records), write, done });
    this.#flushing ??= this.#flush().catch((error: unknown) => {
      // After a failed flush nobody knows what is on disk, so nothing is tried again.
      this.#closing = true;
      this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
    });
  }

  saveSnapshot(snapshot: Snapshot): Promise<void> {
    return this.#snapshots.save(snapshot);
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closing) {
      const batch = this.#queue;
      this.#queue = [];
      const parts = batch.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
      if (parts.length > 0) {
        const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
        if (!(await this.#writeWithRoom(bytes))) return;
        this.#file.length += bytes.length;
      }
      for (const { write } of batch) this.#note(write);
      for (const { done } of batch) done();
      if (parts.length > 0) await this.#tidy(batch.some(({ write }) => write.base !== null));
    }
    this.#flushing = null;
  }

  /** Remembers what is on disk now. */
  #note({ base, entries, hardState }: LogWrite): void {
    this.#base = base ?? this.#base;
    this.#hardState = hardState ?? this.#hardState;
    this.#file.lastIndex = Math.max(this.#file.lastIndex, entries.at(-1)?.index ?? 0);
  }

  /** Begins a new file when this one is large, and removes what the base has made superfluous. */
  async #tidy(compacted: boolean): Promise<void> {
    const limit = compacted ? compactedFileBytes : maxFileBytes;
    if (this.#file.length >= limit && !(await this.#nextFile())) return;
    if (!compacted) return;
    const { index } = this.#base.position;
    // From the oldest on, and no further than the first that is needed: what comes later may undo what came before.
    for (let file = this.#fullFiles[0]; file !== undefined; file = this.#fullFiles[0]) {
      if (file.lastIndex > index) break;
      await rm(join(this.#directory, fileName(file.number)));
      this.#fullFiles.shift();
    }
    await this.#snapshots.removeBefore(this.#base.position);
  }

  /** Writes at the end, waiting for room as long as there is none. Returns false when the log is closed meanwhile. */
  async #writeWithRoom(bytes: Buffer): Promise<boolean> {
    for (let full = false; ;) {
      try {
        await this.#handle.write(bytes, this.#file.length);
        if (full) this.#options.onFull(false);
        return true;
      } catch (error) {
        if (!isFull(error)) throw error;
        // A part may have been written; it was never acknowledged.
        await this.#handle.truncate(this.#file.length);
        if (!full) this.#options.onFull(true);
        full = true;
        await new Promise((resolve) => setTimeout(resolve, fullRetryMs));
        if (this.#closing) return false;
      }
    }
  }

  /** Returns false when there is no room for another file; then this one grows on. */
  async #nextFile(): Promise<boolean> {
    const number = this.#file.number + 1;
    const head = encode(headOf(this.#options.node, this.#base, this.#hardState));
    try {
      const next = await createFile(this.#directory, number, head);
      await this.#handle.close();
      this.#handle = next;
    } catch (error) {
      if (!isFull(error)) throw error;
      return false;
    }
    this.#fullFiles.push(this.#file);
    this.#file = { number, length: head.length, lastIndex: 0 };
    return true;
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

function headOf(node: string, { position, configuration }: LogBase, hardState: HardState): LogRecord[] {
  return [
    { kind: 'file', version: formatVersion, node },
    { kind: 'base', base: position, configuration },
    { kind: 'hard-state', hardState },
  ];
}

function lastIndexOf(records: readonly LogRecord[]): LogIndex {
  return records.reduce(
    (last, record) => (record.kind === 'entry' ? Math.max(last, record.entry.index) : last),
    0,
  );
}

function recordsOf({ base, truncateFrom, entries, hardState }: LogWrite): LogRecord[] {
  return [
    ...(base === null
      ? []
      : [{ kind: 'base', base: base.position, configuration: base.configuration } as const]),
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
async function createFile(directory: string, number: number, head: Buffer): Promise<DurableFile> {
  const path = join(directory, fileName(number));
  const handle = await DurableFile.open(`${path}.new`, 'new');
  try {
    await handle.write(head, 0);
    await handle.sync();
  } catch (error) {
    await handle.close();
    throw error;
  }
  await rename(`${path}.new`, path);
  const parent = await open(directory, 'r');
  await parent.sync();
  await parent.close();
  return handle;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
