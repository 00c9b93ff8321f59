/**
 * The hit ratio of an LRU cache under independent requests, by Che's approximation: a key is in the cache if it was asked for within the
 * characteristic time t, and t is the time in which so many different keys are asked for as there is room: Σ (1 − e^(−p t)) = C.
 * Source: H. Che, Y. Tung, Z. Wang, Hierarchical Web Caching Systems, IEEE JSAC 20 (2002); C. Fricker, P. Robert, J. Roberts (2012).
 */
import { exp, pow } from '../kernel/math.ts';

/** `count` keys that are asked for with the same probability `p`; the sum of count × p is 1. */
export interface PopularityBin { readonly count: number; readonly p: number }
const ONE_BY_ONE = 64;
const GROWTH = 1.06;

/** Zipf's law over so many keys: the k-th in proportion to 1 / k^skew. The first 64 one by one, the others in bins of neighbours. */
export function zipfBins(keys: number, skew: number): PopularityBin[] {
  const bins: { count: number; p: number }[] = [];
  let k = 1;
  while (k <= keys) {
    const last = k < ONE_BY_ONE ? k : Math.min(keys, Math.max(k, Math.floor(k * GROWTH)));
    const count = last - k + 1;
    bins.push({ count, p: count === 1 ? pow(k, -skew) : pow((k + last) / 2, -skew) });
    k = last + 1;
  }
  const total = bins.reduce((sum, { count, p }) => sum + count * p, 0);
  return bins.map(({ count, p }) => ({ count, p: p / total }));
}

/** The characteristic time, in requests; Infinity where there is room for all keys. */
export function characteristicTime(bins: readonly PopularityBin[], capacity: number): number {
  if (capacity >= bins.reduce((sum, { count }) => sum + count, 0)) return Infinity;
  const held = (t: number): number => bins.reduce((sum, { count, p }) => sum + count * (1 - exp(-p * t)), 0);
  let low = 0, high = Math.max(1, capacity);
  while (held(high) < capacity) high *= 2;
  for (let i = 0; i < 36; i++) {
    const middle = (low + high) / 2;
    if (held(middle) < capacity) low = middle;
    else high = middle;
  }
  return high;
}

/** Share of requests that an LRU cache of this capacity answers, 0 to 1. */
export function lruHitRatio(bins: readonly PopularityBin[], capacity: number): number {
  if (capacity <= 0) return 0;
  const t = characteristicTime(bins, capacity);
  return bins.reduce((sum, { count, p }) => sum + count * p * (t === Infinity ? 1 : 1 - exp(-p * t)), 0);
}
/** Share of requests for the `capacity` most popular keys: no cache of that size that does not know the future does better. */
export function bestHitRatio(bins: readonly PopularityBin[], capacity: number): number {
  let left = capacity, sum = 0;
  for (const { count, p } of bins) {
    const held = Math.min(left, count);
    sum += held * p;
    left -= held;
  }
  return sum;
}
