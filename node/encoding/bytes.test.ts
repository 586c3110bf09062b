import { describe, expect, test } from '@jest/globals';
import { ByteReader, ByteWriter, MalformedBytes } from './bytes.ts';

describe('bytes', () => {
  test('what is written is read back, also when the writer has to grow at each step', () => {
    const writer = new ByteWriter(1);
    writer.u8(255);
    writer.u32(4_294_967_295);
    writer.u48(2 ** 48 - 1);
    writer.u53(Number.MAX_SAFE_INTEGER);
    writer.flag(true);
    writer.text('größer');
    writer.texts(['a', '']);
    writer.bytes(Buffer.alloc(10_000, 7));
    const reader = new ByteReader(writer.finish());
    expect(reader.u8()).toBe(255);
    expect(reader.u32()).toBe(4_294_967_295);
    expect(reader.u48()).toBe(2 ** 48 - 1);
    expect(reader.u53()).toBe(Number.MAX_SAFE_INTEGER);
    expect(reader.flag()).toBe(true);
    expect(reader.text()).toBe('größer');
    expect(reader.texts()).toEqual(['a', '']);
    expect(reader.bytes()).toEqual(Buffer.alloc(10_000, 7));
    reader.end();
  });

  test('bytes that end too early, or not at all, are malformed', () => {
    const writer = new ByteWriter();
    writer.text('hello');
    const bytes = writer.finish();
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => new ByteReader(bytes.subarray(0, length)).text()).toThrow(MalformedBytes);
    }
    expect(() => new ByteReader(bytes).end()).toThrow(/9 bytes remain/);
    expect(() => new ByteReader(Buffer.from([2])).flag()).toThrow(/expected 0 or 1, saw 2/);
    expect(() => new ByteReader(Buffer.from([255, 255, 255, 255])).texts()).toThrow(MalformedBytes);
  });
});
