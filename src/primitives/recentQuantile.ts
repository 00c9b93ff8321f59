/**
 * Quantiles of the last N values: a ring for who is oldest, and the same values in order for the rank. Plain data. Adding costs one binary
 * search and a move of at most N numbers in memory; asking for a quantile costs nothing.
 */
export interface RecentValues {
  readonly size: number;
  ring: Float64Array;
  sorted: Float64Array;
  /** Where the next value goes. */
  next: number;
  filled: number;
}

/** @param size how many values are kept, 1 to 100 000 */
export const createRecent = (size: number): RecentValues => ({ size, ring: new Float64Array(size), sorted: new Float64Array(size), next: 0, filled: 0 });

/** Where the value stands, or would stand, among the first `filled` sorted ones: the number of those below it. */
function placeOf({ sorted, filled }: RecentValues, value: number): number {
  let low = 0, high = filled;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds a value (no NaN); the oldest goes when there are N. */
export function addRecent(recent: RecentValues, value: number): void {
  const { ring, sorted, size } = recent;
  if (recent.filled === size) {
    const gone = placeOf(recent, ring[recent.next]!);
    sorted.copyWithin(gone, gone + 1, size);
    recent.filled--;
  }
  const place = placeOf(recent, value);
  sorted.copyWithin(place + 1, place, recent.filled);
  sorted[place] = value;
  recent.filled++;
  ring[recent.next] = value;
  recent.next = recent.next + 1 === size ? 0 : recent.next + 1;
}

/** How many values a quantile needs before one of them can lie beyond it: 1 / (1 − q), at most the whole window. */
export const enoughFor = ({ size }: RecentValues, q: number): number => Math.min(size, Math.ceil(1 / (1 - q) - ROUNDING));
const ROUNDING = 1e-9;

/** The value that the share q (0 to 1) of those kept does not exceed, by nearest rank; null before there are enough to tell. */
export function quantileOf(recent: RecentValues, q: number): number | null {
  const { sorted, filled } = recent;
  if (filled === 0 || filled < enoughFor(recent, q)) return null;
  return sorted[Math.max(0, Math.ceil(q * filled - ROUNDING) - 1)]!;
}

/** A window of another size with the newest values of this one. */
export function resizeRecent(recent: RecentValues, size: number): RecentValues {
  const out = createRecent(size);
  const { ring, next, filled } = recent;
  for (let i = Math.max(0, filled - size); i < filled; i++) addRecent(out, ring[(next - filled + i + recent.size) % recent.size]!);
  return out;
}
