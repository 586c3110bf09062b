/**
 * Frames on a connection. A link that loses bytes in mid-stream leaves the rest to be read at the wrong place; so each frame's header has a
 * checksum of its own and a number that counts up by one, and whoever sees anything else gives the connection up.
 */
import { crc32c } from '../encoding/crc32c.ts';

/** Length, number, checksum of the content, checksum of these twelve bytes. */
const headerBytes = 16;
/** The most that one frame may hold: far more than an append, and a bound on what a stranger can make this node keep. */
export const maxFrameBytes = 2 ** 23;

/** The stream is broken; nothing that follows can be trusted. */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream';
}

/** Makes the frames of one direction of one connection. */
export class FrameWriter {
  #number = 0;

  /** `content` with its header before it. */
  frame(content: Uint8Array): Buffer {
    const frame = Buffer.allocUnsafe(headerBytes + content.length);
    this.#number = (this.#number + 1) >>> 0;
    frame.writeUInt32LE(content.length, 0);
    frame.writeUInt32LE(this.#number, 4);
    frame.writeUInt32LE(crc32c(content), 8);
    frame.writeUInt32LE(crc32c(frame.subarray(0, 12)), 12);
    frame.set(content, headerBytes);
    return frame;
  }
}

/** Takes one direction of one connection apart again. */
export class FrameReader {
  #number = 0;
  #rest: Buffer = Buffer.alloc(0);

  /**
   * Adds bytes as they arrived, and returns the contents that are complete.
   * @throws BrokenStream when the bytes are not the next frame's.
   */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const contents: Buffer[] = [];
    let at = 0;
    while (at + headerBytes <= bytes.length) {
      const length = this.#readHeader(bytes.subarray(at, at + headerBytes));
      const start = at + headerBytes;
      if (start + length > bytes.length) break;
      const content = bytes.subarray(start, start + length);
      if (crc32c(content) !== bytes.readUInt32LE(at + 8)) {
        throw new BrokenStream('the checksum of a frame is wrong');
      }
      contents.push(content);
      this.#number = (this.#number + 1) >>> 0;
      at = start + length;
    }
    this.#rest = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
    return contents;
  }

  #readHeader(header: Buffer): number {
    if (crc32c(header.subarray(0, 12)) !== header.readUInt32LE(12)) {
      throw new BrokenStream('bytes were lost: expected the header of a frame, its checksum is wrong');
    }
    const number = header.readUInt32LE(4);
    const expected = (this.#number + 1) >>> 0;
    if (number !== expected)
      throw new BrokenStream(`frames were lost: expected frame ${expected}, saw ${number}`);
    const length = header.readUInt32LE(0);
    if (length > maxFrameBytes) {
      throw new BrokenStream(`expected a frame of at most ${maxFrameBytes} bytes, saw ${length}`);
    }
    return length;
  }
}
