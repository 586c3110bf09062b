import { createWriteStream, type WriteStream } from 'node:fs';

/** The last output, kept in memory for evidence. */
const tailBytesMax = 16 * 1024;
/** A node that prints without end must not fill the disk of the lab. */
const fileBytesMax = 64 * 1024 * 1024;

/** What a node prints over all its lives: to a file, and its end in memory. */
export class NodeLog implements AsyncDisposable {
  readonly #file: WriteStream;
  readonly #tail: Buffer[] = [];
  #tailBytes = 0;
  #fileBytes = 0;

  /** @param path of the file, which is appended to; its directory exists. */
  constructor(path: string) {
    this.#file = createWriteStream(path, { flags: 'a' });
    // A full disk ends the file, not the run: what is printed from then on is in the tail.
    this.#file.on('error', () => undefined);
  }

  write(chunk: Buffer): void {
    this.#tail.push(chunk);
    this.#tailBytes += chunk.length;
    for (let first = this.#tail[0]; first !== undefined; first = this.#tail[0]) {
      if (this.#tailBytes - first.length < tailBytesMax) break;
      this.#tail.shift();
      this.#tailBytes -= first.length;
    }
    if (this.#fileBytes > fileBytesMax) return;
    this.#fileBytes += chunk.length;
    this.#file.write(chunk);
    if (this.#fileBytes > fileBytesMax) {
      this.#file.write(`\n[raft-lab] more than ${fileBytesMax} bytes were printed: the rest is not kept\n`);
    }
  }

  /** The last lines, at most 16 KiB of them; a line that was cut at the front is left out. */
  tail(): string {
    const bytes = Buffer.concat(this.#tail);
    if (bytes.length <= tailBytesMax) return bytes.toString('utf8');
    const kept = bytes.subarray(-tailBytesMax);
    const lineEnd = kept.indexOf('\n');
    return kept.subarray(lineEnd + 1).toString('utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#file.closed) return;
    await new Promise<void>((resolve) => {
      this.#file.once('close', resolve);
      this.#file.end();
    });
  }
}
