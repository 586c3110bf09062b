import { describe, expect, test } from '@jest/globals';
import { crc32c } from './crc32c.ts';

describe('CRC-32C', () => {
  test.each([
    ['', 0],
    ['123456789', 0xe3069283],
    ['\0'.repeat(32), 0x8a9136aa],
    ['\xff'.repeat(32), 0x62a8ab43],
  ])('of %j', (text, expected) => {
    expect(crc32c(Buffer.from(text, 'latin1'))).toBe(expected);
  });

  test('continues from what came before, wherever it is cut', () => {
    const bytes = Buffer.from('The quick brown fox jumps over the lazy dog');
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(crc32c(bytes.subarray(at), crc32c(bytes.subarray(0, at)))).toBe(crc32c(bytes));
    }
  });
});
