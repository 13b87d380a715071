// @ts-check
// CRC-32 as zlib has it: finds mistakes and idle edits, and is no signature.

const POLYNOMIAL = 0xedb88320; // of CRC-32 (ISO 3309), its bits in reverse

/**
 * Of a text's UTF-8 bytes.
 * @param {string} text
 */
export function crc32(text) {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 && POLYNOMIAL);
  }
  return ~crc >>> 0;
}
