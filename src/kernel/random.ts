/**
 * Counter-based random draws. There is no generator with a state: a draw is a pure function of what it is for (seed, stream, key, attempt), so
 * switching one thing on or off never reshuffles the draws of another.
 *
 * Every argument is an unsigned 32-bit whole number, 0 .. 2^32 - 1; other numbers are taken modulo 2^32, without their fraction. Multiplying by
 * an odd number, adding and xor-ing another word, and folding a word's own high bits into its low ones can all be undone modulo 2^32; the
 * functions here consist of such steps only, from which follows what they promise never to collide.
 */

/**
 * Spreads small seeds, as people write them, over all 32 bits. A bijection: different seeds stay different.
 * @param seed uint32, such as 1, 2, 3
 * @returns uint32; no errors
 */
export function seedFrom(seed: number): number {
  return finish(seed ^ 0x9e3779b9);
}

/**
 * Hash of a text (a node's name, a purpose) over its UTF-16 code units, well mixed. Texts are not compared: of n different ones about
 * n * n / 2^33 pairs share a hash.
 * @param text any text, also empty or with lone surrogates
 * @returns uint32; no errors
 * @see MurmurHash3 (A. Appleby, public domain), one round a code unit
 */
export function hashText(text: string): number {
  const imul = Math.imul;
  let hash = 0x2f0b4c47;
  for (let i = 0; i < text.length; i++) {
    let unit = imul(text.charCodeAt(i), 0xcc9e2d51);
    unit = imul((unit << 15) | (unit >>> 17), 0x1b873593);
    hash ^= unit;
    hash = (imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  return finish(hash ^ text.length);
}

/**
 * Mixes two words into one. For a fixed `a` it is a bijection in `b` (consecutive numbers of one origin never collide); pairs with different
 * `a` collide as random words do, one in 2^32.
 * @param a uint32, such as the hash of an origin
 * @param b uint32, such as a sequence number
 * @returns uint32; every input bit flips every output bit with probability 1/2; no errors
 */
export function mix2(a: number, b: number): number {
  const imul = Math.imul;
  let key = imul(a ^ (a >>> 16), 0x21f0aaad);
  key = imul(key ^ (key >>> 15), 0xd35a2d97);
  key ^= key >>> 15;
  // The key enters three times: if it entered once, two keys that differ in low bits only would give permuted copies of one sequence.
  let word = (b + key) | 0;
  word = imul(word ^ (word >>> 17), 0xed5ad4bb) ^ a;
  word = (imul(word ^ (word >>> 11), 0xac4c1b51) + key) | 0;
  word = imul(word ^ (word >>> 15), 0x31848bab);
  return (word ^ (word >>> 14)) >>> 0;
}

/**
 * The uniform draw of one purpose, key and attempt. For a fixed seed and stream, (key, attempt) maps to the 64 bits before rounding one to
 * one, and so does (seed, stream) for a fixed key and attempt.
 *
 * Six rounds of multiply and fold over two words; the key enters after the second. Three rounds after the key already pass the avalanche test
 * and TestU01's SmallCrush, the fourth is margin. The six rounds passed SmallCrush in 36 arrangements: key, attempt, stream, seed or several
 * of them counting, upper and lower bits of the draw and both words before rounding. The longer Crush was not completed.
 * @param seed uint32, the run
 * @param stream uint32, who draws and what for, such as mix2(hashText(node), hashText(purpose))
 * @param key uint32, for which call
 * @param attempt uint32, which try of it, or which draw of one sample
 * @returns a multiple of 2^-53 from 0 (inclusive) to 1 (exclusive); no errors
 */
export function uniform(seed: number, stream: number, key: number, attempt: number): number {
  const imul = Math.imul;
  let a = seed ^ 0x243f6a88;
  let b = stream ^ 0x85a308d3;
  a = imul((a + b) | 0, 0x21f0aaad);
  b = imul(b ^ (a >>> 15), 0xd35a2d97);
  a ^= b >>> 16;
  a = imul((a + b) | 0, 0xed5ad4bb);
  b = imul(b ^ (a >>> 15), 0xcc9e2d51);
  a ^= b >>> 16;
  a ^= key;
  b ^= attempt;
  a = imul((a + b) | 0, 0xac4c1b51);
  b = imul(b ^ (a >>> 15), 0x9e3779b1);
  a ^= b >>> 16;
  a = imul((a + b) | 0, 0x31848bab);
  b = imul(b ^ (a >>> 15), 0x85ebca77);
  a ^= b >>> 16;
  a = imul((a + b) | 0, 0x7feb352d);
  b = imul(b ^ (a >>> 15), 0xc2b2ae3d);
  a ^= b >>> 16;
  a = imul((a + b) | 0, 0x846ca68b);
  b = imul(b ^ (a >>> 15), 0x27d4eb2f);
  a ^= b >>> 16;
  // 27 upper bits of one word, 26 of the other, over 2^53
  return ((a >>> 5) * 67108864 + (b >>> 6)) * 1.1102230246251565e-16;
}

/** Three multiply-and-fold rounds, a bijection with very little bias. Constants: triple32 of C. Wellons' hash-prospector (public domain). */
function finish(word: number): number {
  const imul = Math.imul;
  word = imul(word ^ (word >>> 17), 0xed5ad4bb);
  word = imul(word ^ (word >>> 11), 0xac4c1b51);
  word = imul(word ^ (word >>> 15), 0x31848bab);
  return (word ^ (word >>> 14)) >>> 0;
}
