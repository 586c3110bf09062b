import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BrokenStream, FrameReader, FrameWriter } from './frames.ts';

const contents = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 });

function stream(parts: readonly Uint8Array[]): Buffer {
  const writer = new FrameWriter();
  return Buffer.concat(parts.map((part) => writer.frame(part)));
}

describe('frames', () => {
  test('arrive as they were sent, however the stream is cut into chunks', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 50 }), (parts, chunkBytes) => {
        const bytes = stream(parts);
        const reader = new FrameReader();
        const read: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          read.push(...reader.push(bytes.subarray(at, at + chunkBytes)));
        }
        expect(read).toEqual(parts.map((part) => Buffer.from(part)));
      }),
    );
  });

  test('after bytes were lost in the middle nothing is taken for a frame, and the reader says so as soon as it can', () => {
    fc.assert(
      fc.property(contents, fc.nat(), fc.nat(), (parts, from, count) => {
        const bytes = stream([...parts, new Uint8Array(400)]);
        const start = from % (bytes.length - 420);
        const lost = 1 + (count % (bytes.length - 420 - start + 1));
        const reader = new FrameReader();
        const read: Buffer[] = [];
        expect(() => {
          read.push(...reader.push(bytes.subarray(0, start)));
          read.push(...reader.push(bytes.subarray(start + lost)));
        }).toThrow(BrokenStream);
        expect(read).toEqual(parts.slice(0, read.length).map((part) => Buffer.from(part)));
      }),
    );
  });

  test('a lost frame is noticed by its number', () => {
    const writer = new FrameWriter();
    const [first, , third] = ['a', 'b', 'c'].map((text) => writer.frame(Buffer.from(text)));
    const reader = new FrameReader();
    expect(reader.push(first ?? Buffer.alloc(0))).toHaveLength(1);
    expect(() => reader.push(third ?? Buffer.alloc(0))).toThrow('expected frame 2, saw 3');
  });

  test('a frame larger than any of ours is refused by its header', () => {
    const frame = new FrameWriter().frame(Buffer.alloc(2 ** 23 + 1));
    expect(() => new FrameReader().push(frame.subarray(0, 16))).toThrow(/at most 8388608 bytes, saw 8388609/);
  });
});
