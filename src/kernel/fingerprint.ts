/**
 * A 64-bit running hash over everything that happened, as two uint32 lanes of plain data. Numbers go in as their 64 IEEE bits, so that
 * equal fingerprints mean bit-equal runs; texts go in by their hash or, what engines say in notes and effects, letter by letter.
 */
import type { Json } from './contract.ts';

/** The two lanes. In a typed array, because numbers of 32 bits in an object's fields would be boxed at every step. */
export type Fingerprint = Int32Array;
export const freshFingerprint = (): Fingerprint => Int32Array.of(0x811c9dc5, 0x01000193);

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const LOW = LITTLE ? 0 : 1;
const HIGH = LITTLE ? 1 : 0;

const stepA = (lane: number, word: number): number => {
  const a = Math.imul(lane ^ word, 0x85ebca6b);
  return (Math.imul((a << 13) | (a >>> 19), 5) + 0x52dce729) | 0;
};
const stepB = (lane: number, word: number): number => {
  const b = Math.imul(lane ^ word, 0xc2b2ae35);
  return (Math.imul((b << 15) | (b >>> 17), 9) + 0x38495ab5) | 0;
};

export function absorbWord(f: Fingerprint, word: number): void {
  f[0] = stepA(f[0]!, word);
  f[1] = stepB(f[1]!, word);
}

export function absorb(f: Fingerprint, value: number): void {
  bits[0] = value;
  absorbWord(f, words[LOW]!);
  absorbWord(f, words[HIGH]!);
}

/** Where a text is put together before its length is known. */
let units = new Uint16Array(1024);
let length = 0;
const QUOTE = 34, BACKSLASH = 92, SPACE = 32, FIRST_SURROGATE = 0xd800, LAST_SURROGATE = 0xdfff;

function makeRoom(count: number): void {
  while (length + count > units.length) {
    const wider = new Uint16Array(2 * units.length);
    wider.set(units);
    units = wider;
  }
}
function put(text: string): void {
  makeRoom(text.length);
  for (let i = 0; i < text.length; i++) units[length++] = text.charCodeAt(i);
}
function putQuoted(text: string): void {
  makeRoom(text.length + 2);
  const from = length;
  units[length++] = QUOTE;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < SPACE || unit === QUOTE || unit === BACKSLASH || (unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE)) {
      length = from;
      return put(JSON.stringify(text));
    }
    units[length++] = unit;
  }
  units[length++] = QUOTE;
}
function putJson(value: Json): void {
  if (typeof value === 'string') return putQuoted(value);
  if (typeof value === 'number') return put(Number.isFinite(value) ? `${value}` : 'null');
  if (typeof value === 'boolean') return put(value ? 'true' : 'false');
  if (value === null) return put('null');
  if (Array.isArray(value)) {
    put('[');
    for (let i = 0; i < value.length; i++) {
      if (i > 0) put(',');
      putJson((value as readonly Json[])[i] ?? null);
    }
    return put(']');
  }
  put('{');
  let first = true;
  for (const name of Object.keys(value)) {
    const entry = (value as { readonly [key: string]: Json | undefined })[name];
    if (entry === undefined) continue;
    if (!first) put(',');
    first = false;
    putQuoted(name);
    put(':');
    putJson(entry);
  }
  put('}');
}

/** Its JSON, length first and then letter by letter: what `JSON.stringify` gives, without making the text. */
export function absorbJson(f: Fingerprint, value: Json): void {
  length = 0;
  putJson(value);
  let a = stepA(f[0]!, length), b = stepB(f[1]!, length);
  for (let i = 0; i < length; i++) {
    a = stepA(a, units[i]!);
    b = stepB(b, units[i]!);
  }
  f[0] = a;
  f[1] = b;
}

const finish = (h: number): number => {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** Sixteen hexadecimal digits. */
export function printFingerprint(f: Fingerprint): string {
  const a = f[0]!, b = f[1]!;
  return finish(a ^ (b >>> 7)).toString(16).padStart(8, '0') + finish(b ^ (a << 3)).toString(16).padStart(8, '0');
}
