/**
 * Hashes that are the same in every process, language and run: what decides which side of a split a user is on. Published functions, byte by
 * byte over UTF-8; a language's own string hash is no substitute, as it may be salted anew in every process.
 */

/** UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, as everywhere. */
export function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const sign of text) {
    let code = sign.codePointAt(0)!;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

const rotl = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
const scramble = (word: number): number => Math.imul(rotl(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);

/**
 * MurmurHash3_x86_32.
 * @param seed uint32; another seed is another hash: a salt goes in here
 * @returns uint32; no errors
 * @see A. Appleby, SMHasher, MurmurHash3.cpp (public domain)
 */
export function murmur3(text: string, seed = 0): number {
  const bytes = utf8(text);
  const whole = bytes.length & ~3;
  let hash = seed | 0;
  for (let i = 0; i < whole; i += 4) {
    hash ^= scramble(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    hash = (Math.imul(rotl(hash, 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8) | bytes[i]!;
  if (whole < bytes.length) hash ^= scramble(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * FNV-1a, 32 bits. Simple and everywhere, but the last byte of the text hardly reaches the upper bits.
 * @returns uint32; no errors
 * @see draft-eastlake-fnv (public domain)
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of utf8(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
