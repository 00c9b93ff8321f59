/**
 * What happened lately, counted: a ring of the last N results, and buckets over the last stretch of time. Plain data and functions over
 * it; the caller says what time it is. Recording costs O(1) (a time window pays at most once for every bucket that passes), reading the
 * totals of what was recorded costs O(1) too.
 */

/** The last `size` results. A result is up to four counted flags and a tag that is only kept. */
export interface CountRing {
  size: number;
  /** One byte a result: the low four bits are flags, the high four a tag from 0 to 15. */
  cells: Uint8Array;
  atMs: Float64Array;
  /** Where the next result goes. */
  next: number;
  filled: number;
  /** How many of the kept results carry flag 1, 2, 4 and 8. */
  totals: number[];
}
export interface RingCell {
  readonly flags: number;
  readonly tag: number;
  readonly atMs: number;
}

export function createRing(size: number): CountRing {
  return { size, cells: new Uint8Array(size), atMs: new Float64Array(size), next: 0, filled: 0, totals: [0, 0, 0, 0] };
}

/** Adds a result; the oldest makes room when the ring is full. */
export function recordInRing(ring: CountRing, flags: number, atMs: number, tag = 0): void {
  if (ring.filled === ring.size) countFlags(ring.totals, ring.cells[ring.next]!, -1);
  else ring.filled++;
  ring.cells[ring.next] = (tag << 4) | flags;
  ring.atMs[ring.next] = atMs;
  countFlags(ring.totals, flags, 1);
  ring.next = ring.next + 1 === ring.size ? 0 : ring.next + 1;
}

function countFlags(totals: number[], flags: number, sign: 1 | -1): void {
  if (flags & 1) totals[0]! += sign;
  if (flags & 2) totals[1]! += sign;
  if (flags & 4) totals[2]! += sign;
  if (flags & 8) totals[3]! += sign;
}

/** How many of the kept results carry the flag (1, 2, 4 or 8). */
export const flagged = (ring: CountRing, flag: 1 | 2 | 4 | 8): number => ring.totals[flag === 8 ? 3 : flag >> 1]!;

/** The kept results, oldest first. */
export function ringCells(ring: CountRing): RingCell[] {
  const out: RingCell[] = [];
  for (let i = 0; i < ring.filled; i++) {
    const at = (ring.next - ring.filled + i + ring.size) % ring.size;
    const cell = ring.cells[at]!;
    out.push({ flags: cell & 15, tag: cell >> 4, atMs: ring.atMs[at]! });
  }
  return out;
}

/** A ring of another size with the newest results of this one. */
export function resizeRing(ring: CountRing, size: number): CountRing {
  const out = createRing(size);
  for (const cell of ringCells(ring)) recordInRing(out, cell.flags, cell.atMs, cell.tag);
  return out;
}

/**
 * When the next bucket begins.
 * - `aligned`: at whole multiples of the bucket length, traffic or not. N buckets span between N − 1 and N bucket lengths.
 * - `sinceFirst`: at the first result after the newest bucket is over. A bucket goes when its beginning is N bucket lengths old.
 * - `onTraffic`: the same, but only one bucket goes for each that begins, and none while idle: old results outlive a quiet time.
 */
export type Rotation = 'aligned' | 'sinceFirst' | 'onTraffic';

export interface WindowShape {
  /** > 0; whole milliseconds keep `aligned` exact. */
  readonly bucketMs: number;
  /** ≥ 1 */
  readonly buckets: number;
  readonly rotation: Rotation;
}
/** Counts over the last stretch of time, in as many columns as the caller likes. */
export interface TimeWindow extends WindowShape {
  readonly columns: number;
  /** The newest bucket. */
  head: number;
  /** How many buckets, newest backwards, are within the window. */
  used: number;
  fromMs: Float64Array;
  /** Bucket by bucket, column by column. Whole amounts keep the totals exact. */
  counts: Float64Array;
  totals: Float64Array;
}
export interface Bucket {
  readonly fromMs: number;
  readonly counts: readonly number[];
}

export function createTimeWindow(shape: WindowShape, columns: number): TimeWindow {
  const { bucketMs, buckets, rotation } = shape;
  return {
    bucketMs, buckets, rotation, columns, head: 0, used: 0,
    fromMs: new Float64Array(buckets), counts: new Float64Array(buckets * columns), totals: new Float64Array(columns),
  };
}

/** Adds to a column of the bucket of now. A time before the newest bucket (a clock put back) counts into the newest. */
export function addToWindow(window: TimeWindow, nowMs: number, column: number, amount = 1): void {
  advanceWindow(window, nowMs);
  if (window.rotation !== 'aligned') {
    if (window.used === 0 || nowMs - window.fromMs[window.head]! >= window.bucketMs) beginBucket(window, nowMs);
  }
  window.counts[window.head * window.columns + column]! += amount;
  window.totals[column]! += amount;
}

/** Lets go of what has left the window by now, so that `totals` are those of now. */
export function advanceWindow(window: TimeWindow, nowMs: number): void {
  if (window.rotation === 'onTraffic') return;
  if (window.rotation === 'sinceFirst') {
    while (window.used > 0 && nowMs - window.fromMs[oldest(window)]! >= window.bucketMs * window.buckets) dropOldest(window);
    return;
  }
  const { bucketMs, buckets } = window;
  const fromMs = bucketStart(nowMs, bucketMs);
  if (window.used === 0) {
    beginBucket(window, fromMs);
    return;
  }
  const headMs = window.fromMs[window.head]!;
  if (fromMs <= headMs) return;
  let steps = Math.min(buckets, Math.round((fromMs - headMs) / bucketMs));
  for (; steps > 0; steps--) beginBucket(window, fromMs - (steps - 1) * bucketMs);
}

const bucketStart = (nowMs: number, bucketMs: number): number => Math.floor(nowMs / bucketMs) * bucketMs;
const oldest = (window: TimeWindow): number => (window.head - window.used + 1 + window.buckets) % window.buckets;

function beginBucket(window: TimeWindow, fromMs: number): void {
  if (window.used === window.buckets) dropOldest(window);
  window.head = window.head + 1 === window.buckets ? 0 : window.head + 1;
  window.used++;
  window.fromMs[window.head] = fromMs;
}

function dropOldest(window: TimeWindow): void {
  const from = oldest(window) * window.columns;
  for (let column = 0; column < window.columns; column++) {
    window.totals[column]! -= window.counts[from + column]!;
    window.counts[from + column] = 0;
  }
  window.used--;
}

/** The buckets that are within the window at this time, oldest first. Changes nothing. */
export function bucketsAt(window: TimeWindow, nowMs: number): Bucket[] {
  const { bucketMs, buckets, rotation, columns } = window;
  const out: Bucket[] = [];
  for (let i = window.used - 1; i >= 0; i--) {
    const at = (window.head - i + buckets) % buckets;
    const fromMs = window.fromMs[at]!;
    if (rotation === 'aligned' && fromMs <= bucketStart(nowMs, bucketMs) - buckets * bucketMs) continue;
    if (rotation === 'sinceFirst' && nowMs - fromMs >= buckets * bucketMs) continue;
    out.push({ fromMs, counts: Array.from(window.counts.subarray(at * columns, (at + 1) * columns)) });
  }
  return out;
}

/** The totals at this time, column by column. Changes nothing; O(buckets), for instruments. */
export function totalsAt(window: TimeWindow, nowMs: number): number[] {
  const totals = new Array<number>(window.columns).fill(0);
  for (const bucket of bucketsAt(window, nowMs)) {
    for (let column = 0; column < totals.length; column++) totals[column]! += bucket.counts[column]!;
  }
  return totals;
}

/** How long the window reaches back at this time: what totals must be divided by for a rate. 0 while nothing was recorded. */
export function spanMs(window: TimeWindow, nowMs: number): number {
  const within = bucketsAt(window, nowMs);
  return within.length === 0 ? 0 : Math.max(0, nowMs - within[0]!.fromMs);
}

/** A window of another shape with what of this one it has room for. Buckets keep their beginning; a finer one cannot split a coarser. */
export function reshapeWindow(window: TimeWindow, shape: WindowShape, nowMs: number): TimeWindow {
  const out = createTimeWindow(shape, window.columns);
  for (const { fromMs, counts } of bucketsAt(window, nowMs)) {
    for (let column = 0; column < counts.length; column++) if (counts[column] !== 0) addToWindow(out, fromMs, column, counts[column]);
  }
  advanceWindow(out, nowMs);
  return out;
}

/** A share in percent; null (not applicable) of nothing. */
export const percentOf = (part: number, whole: number): number | null => (whole > 0 ? (100 * part) / whole : null);
