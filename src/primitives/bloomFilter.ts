/**
 * A set of keys in ten bits each: it may say yes of a key that was never added (about 1 %), never no of one that was. Plain data.
 * Source: B. Bloom, Space/time trade-offs in hash coding with allowable errors, CACM 13 (1970).
 */
import { hashText, mix2 } from '../kernel/random.ts';

export interface BloomFilter { readonly bits: Uint32Array }
const BITS_PER_KEY = 10;
const HASHES = 7;

/** @param keys how many it is made for, ≥ 1 */
export const createBloom = (keys: number): BloomFilter => ({ bits: new Uint32Array(Math.max(2, Math.ceil((keys * BITS_PER_KEY) / 32))) });

/** Double hashing: the i-th place is a + i·b. */
function placeOf({ bits }: BloomFilter, a: number, b: number, i: number): number {
  return (((a + Math.imul(i, b)) >>> 0) % (bits.length * 32));
}
export function addToBloom(filter: BloomFilter, key: string): void {
  const a = hashText(key) >>> 0, b = (mix2(a, 0x5bd1e995) >>> 0) | 1;
  for (let i = 0; i < HASHES; i++) {
    const place = placeOf(filter, a, b, i);
    filter.bits[place >>> 5]! |= 1 << (place & 31);
  }
}
export function mayHold(filter: BloomFilter, key: string): boolean {
  const a = hashText(key) >>> 0, b = (mix2(a, 0x5bd1e995) >>> 0) | 1;
  for (let i = 0; i < HASHES; i++) {
    const place = placeOf(filter, a, b, i);
    if ((filter.bits[place >>> 5]! & (1 << (place & 31))) === 0) return false;
  }
  return true;
}
