/**
 * A 64-bit running hash over everything that happened, as two uint32 lanes of plain data. Numbers go in as their 64 IEEE bits, so that
 * equal fingerprints mean bit-equal runs; texts go in by their hash or, what engines say in notes and effects, letter by letter.
 */
export interface Fingerprint {
  a: number;
  b: number;
}
export const freshFingerprint = (): Fingerprint => ({ a: 0x811c9dc5, b: 0x01000193 });

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const LOW = LITTLE ? 0 : 1;
const HIGH = LITTLE ? 1 : 0;

export function absorbWord(f: Fingerprint, word: number): void {
  let a = Math.imul(f.a ^ word, 0x85ebca6b);
  a = (a << 13) | (a >>> 19);
  f.a = (Math.imul(a, 5) + 0x52dce729) | 0;
  let b = Math.imul(f.b ^ word, 0xc2b2ae35);
  b = (b << 15) | (b >>> 17);
  f.b = (Math.imul(b, 9) + 0x38495ab5) | 0;
}

export function absorb(f: Fingerprint, value: number): void {
  bits[0] = value;
  absorbWord(f, words[LOW]!);
  absorbWord(f, words[HIGH]!);
}

export function absorbText(f: Fingerprint, text: string): void {
  absorbWord(f, text.length);
  for (let i = 0; i < text.length; i++) absorbWord(f, text.charCodeAt(i));
}

const finish = (h: number): number => {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** Sixteen hexadecimal digits. */
export const printFingerprint = (f: Fingerprint): string =>
  finish(f.a ^ (f.b >>> 7)).toString(16).padStart(8, '0') + finish(f.b ^ (f.a << 3)).toString(16).padStart(8, '0');
