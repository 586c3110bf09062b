/** Snapshots as files, `snapshots/<index>-<term>.snapshot`: written beside their place, flushed, and renamed, so that one is there whole or not at all. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Position, Snapshot } from '../core/entry.ts';
import { ByteReader, ByteWriter, MalformedBytes } from '../encoding/bytes.ts';
import { crc32c } from '../encoding/crc32c.ts';
import { readConfiguration, writeConfiguration } from '../encoding/entries.ts';
import { StorageError } from './storage.ts';

const format = 'raft-lab-snapshot/1';

export class SnapshotFiles {
  readonly #directory: string;
  #saves = 0;

  constructor(dataDirectory: string) {
    this.#directory = join(dataDirectory, 'snapshots');
  }

  /** Resolves when the snapshot would survive a loss of power. */
  async save(snapshot: Snapshot): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const path = this.#path(snapshot.base);
    // A snapshot of this node's own and one from the leader may stand at the same place.
    this.#saves += 1;
    const unfinished = `${path}.${this.#saves}.new`;
    const handle = await open(unfinished, 'w');
    try {
      await handle.writeFile(encode(snapshot));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
    const parent = await open(this.#directory, 'r');
    await parent.sync();
    await parent.close();
  }

  /** @throws StorageError (`damaged`) when it is missing or its checksum is wrong: the log cannot be understood without it. */
  async load(base: Position): Promise<Snapshot> {
    const path = this.#path(base);
    try {
      return decode(await readFile(path));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StorageError(
        'damaged',
        `${path}: the log follows on this snapshot, and it cannot be read: ${reason}. ` +
          'Do not go on with this data: remove the node, and add a new one under a name that was never used.',
        { cause: error },
      );
    }
  }

  /** Removes those that came before the one at `base`. Later ones may be about to take its place. */
  async removeBefore(base: Position): Promise<void> {
    await this.#remove((name) => Number.parseInt(name, 10) < base.index);
  }

  /** Removes every other one, finished or not: for when nothing is being saved. */
  async keepOnly(base: Position): Promise<void> {
    const kept = basename(this.#path(base));
    await this.#remove((name) => name !== kept);
  }

  async #remove(superfluous: (name: string) => boolean): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    for (const name of await readdir(this.#directory)) {
      if (superfluous(name)) await rm(join(this.#directory, name), { force: true });
    }
  }

  #path({ index, term }: Position): string {
    return join(this.#directory, `${index}-${term}.snapshot`);
  }
}

function encode({ base, configuration, data }: Snapshot): Buffer {
  const writer = new ByteWriter(data.length + 1_024);
  writer.text(format);
  writer.u48(base.index);
  writer.u48(base.term);
  writeConfiguration(writer, configuration);
  writer.bytes(data);
  writer.u32(crc32c(writer.view(0)));
  return writer.finish();
}

function decode(bytes: Buffer): Snapshot {
  const content = bytes.subarray(0, -4);
  if (bytes.length < 4 || crc32c(content) !== bytes.readUInt32LE(content.length)) {
    throw new MalformedBytes('its checksum is wrong');
  }
  const reader = new ByteReader(content);
  const seen = reader.text();
  if (seen !== format) throw new MalformedBytes(`expected ${format}, saw ${seen}`);
  const base = { index: reader.u48(), term: reader.u48() };
  const snapshot = { base, configuration: readConfiguration(reader), data: reader.bytes() };
  reader.end();
  return snapshot;
}
