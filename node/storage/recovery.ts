/** What a log's records add up to. */
import type { Configuration } from '../core/configuration.ts';
import type { Entry, HardState, Position } from '../core/entry.ts';
import type { Recovered } from '../core/state.ts';
import type { LogRecord } from './records.ts';
import { formatVersion } from './records.ts';
import { StorageError } from './storage.ts';

/**
 * Replays records in order, file by file, and keeps what is in force at the end. A write ends with the hard state; one that lacks it was never acknowledged and
 * does not count, so that entries are never there without the commit index that was written with them.
 */
export class Recovery {
  readonly #node: string;
  #base: Position = { index: 0, term: 0 };
  #configuration: Configuration | null = null;
  #hardState: HardState = { term: 0, votedFor: null, commit: 0 };
  #entries: Entry[] = [];

  constructor(node: string) {
    this.#node = node;
  }

  replay(file: string, records: readonly LogRecord[]): void {
    let begun = 0;
    for (const [position, record] of records.entries()) {
      if ((record.kind === 'file') !== (position === 0)) {
        throw new StorageError('damaged', `${file}: its first record, and only that, must say whose it is.`);
      }
      if (record.kind !== 'hard-state') continue;
      for (const written of records.slice(begun, position + 1)) this.#replayRecord(file, written);
      begun = position + 1;
    }
  }

  #replayRecord(file: string, record: LogRecord): void {
    switch (record.kind) {
      case 'file':
        this.#checkOwner(file, record.version, record.node);
        return;
      case 'base':
        this.#base = record.base;
        this.#configuration = record.configuration;
        return;
      case 'entry':
        // Files before this one may be gone with the entries in them; whether they are needed shows at the end.
        if (record.entry.index !== (this.#entries.at(-1)?.index ?? NaN) + 1) this.#entries = [];
        this.#entries.push(record.entry);
        return;
      case 'truncate': {
        const first = this.#entries[0]?.index ?? record.from;
        this.#entries.length = Math.max(0, Math.min(this.#entries.length, record.from - first));
        return;
      }
      case 'hard-state':
        this.#hardState = record.hardState;
        return;
    }
  }

  #checkOwner(file: string, version: number, node: string): void {
    if (version !== formatVersion) {
      throw new StorageError(
        'foreign',
        `${file}: its format is version ${version}; this node reads version ${formatVersion}.`,
      );
    }
    if (node !== this.#node) {
      throw new StorageError(
        'foreign',
        `${file}: this is the log of node ${node}, and RAFT_ID is ${this.#node}. Give each node a RAFT_DATA of its own.`,
      );
    }
  }

  result(directory: string): Omit<Recovered, 'snapshot'> {
    const { index } = this.#base;
    const entries = this.#entries.filter((entry) => entry.index > index);
    const first = entries[0]?.index ?? index + 1;
    if (this.#configuration === null || first !== index + 1) {
      throw new StorageError(
        'damaged',
        `${directory}: the log follows on index ${index} but its first entry is ${first}. A file of it is missing.`,
      );
    }
    return {
      hardState: this.#hardState,
      base: this.#base,
      entries,
      configuration: this.#configuration,
    };
  }
}
