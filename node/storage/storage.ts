/** The port to a node's disk. */
import type { Configuration } from '../core/configuration.ts';
import type { LogBase } from '../core/effects.ts';
import type { Entry, HardState, LogIndex, NodeId, Snapshot } from '../core/entry.ts';
import type { Recovered } from '../core/state.ts';

/** In this order: set `base`, cut the log from `truncateFrom`, append `entries`, set `hardState`. Nothing to do is a write too: it is done when those before it are. */
export interface LogWrite {
  /** A saved snapshot stands for the entries up to here; files that hold nothing else are removed. */
  readonly base: LogBase | null;
  readonly truncateFrom: LogIndex | null;
  readonly entries: readonly Entry[];
  /** Null only where there is nothing else either. */
  readonly hardState: HardState | null;
}

export interface LogStorage extends AsyncDisposable {
  /** Writes in the order of the calls; `done` is called when this write and all before it would survive a loss of power. */
  append(write: LogWrite, done: () => void): void;
  /** Resolves when the snapshot would survive a loss of power. The log does not follow on it before a write says so. */
  saveSnapshot(snapshot: Snapshot): Promise<void>;
}

export interface StorageOptions {
  readonly directory: string;
  readonly node: NodeId;
  /** What an empty directory begins with. */
  readonly firstConfiguration: Configuration;
  /** The disk has no room (true), or has room again (false). Writes wait meanwhile. */
  readonly onFull: (full: boolean) => void;
  /** The disk failed, and nothing more can be promised: the node has to stop. */
  readonly onFailure: (error: Error) => void;
}

export interface OpenedStorage {
  readonly log: LogStorage;
  readonly recovered: Recovered;
}

/** @throws StorageError when the directory holds what this node cannot go on from. */
export type OpenStorage = (options: StorageOptions) => Promise<OpenedStorage>;

export type StorageErrorCode = 'damaged' | 'foreign' | 'in-use' | 'unreadable';

/** What is on disk cannot be used: `damaged` (a checksum is wrong), `foreign` (another node's), `in-use` (another process has it open), or `unreadable`. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
