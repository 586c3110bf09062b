/** CRC-32C (Castagnoli), as in RFC 3720, eight bytes at a time. */

/** The reflected polynomial 0x1EDC6F41. */
const polynomial = 0x82f63b78;
const tables = makeTables();

function makeTables(): readonly Uint32Array[] {
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    }
    first[byte] = remainder;
  }
  const all = [first];
  for (let distance = 1; distance < 8; distance += 1) {
    const nearer = all[distance - 1] ?? first;
    all.push(nearer.map((remainder) => (first[remainder & 0xff] ?? 0) ^ (remainder >>> 8)));
  }
  return all;
}

const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

/** The checksum of `bytes`, continuing from the checksum of what came before them. Unsigned, 32 bits. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  let at = 0;
  const at8 = (table: Uint32Array, byte: number): number => table[byte & 0xff] ?? 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low =
      crc ^
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24));
    crc =
      at8(t7, low) ^
      at8(t6, low >>> 8) ^
      at8(t5, low >>> 16) ^
      at8(t4, low >>> 24) ^
      at8(t3, bytes[at + 4] ?? 0) ^
      at8(t2, bytes[at + 5] ?? 0) ^
      at8(t1, bytes[at + 6] ?? 0) ^
      at8(t0, bytes[at + 7] ?? 0);
  }
  for (; at < bytes.length; at += 1) crc = at8(t0, crc ^ (bytes[at] ?? 0)) ^ (crc >>> 8);
  return ~crc >>> 0;
}
