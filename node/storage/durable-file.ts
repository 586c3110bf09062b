/** A file whose writes would survive a loss of power once they resolve. */
import { constants, write } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * On Linux a write to a file opened so does what `fdatasync` would do after it, and saves a way to the thread pool and back: a third of what a lone
 * write costs. Elsewhere the flag promises less, or is not there.
 */
const flushOnWrite = process.platform === 'linux' ? constants.O_DSYNC : 0;

/** With fewer promises on its way than `FileHandle.write`. */
const writeAt = promisify(write);

export class DurableFile {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @param state `new` begins an empty file, whatever was there. */
  static async open(path: string, state: 'existing' | 'new'): Promise<DurableFile> {
    const begin = state === 'new' ? constants.O_CREAT | constants.O_TRUNC : 0;
    return new DurableFile(await open(path, constants.O_RDWR | begin | flushOnWrite));
  }

  /** Writes at `position`, whatever the file's length. When it fails a part may have been written. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += (await writeAt(this.#handle.fd, bytes, at, bytes.length - at, position + at)).bytesWritten;
    }
    if (flushOnWrite === 0) await this.#handle.datasync();
  }

  /** What is cut off may be back after a loss of power, until the next write or `sync`. */
  async truncate(length: number): Promise<void> {
    await this.#handle.truncate(length);
  }

  /** The file's length and all else about it are on disk when this resolves. */
  async sync(): Promise<void> {
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
