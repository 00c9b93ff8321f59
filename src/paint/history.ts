/**
 * What the painter remembers of a run: kept chunks in the order of time. Chunks come in as they are computed, go when the run is revised
 * (`truncate`) or memory runs short (`forget`), and may come back later in any order.
 */
import type { Chunk } from '../kernel/trace.ts';
import { LOST, MARK } from './codes.ts';
import { createMarks, type Marks } from './marks.ts';
import { BLOCK, cutSegment, lowerBound, segmentOf, upperBound, withoutDoubles, type Segment } from './segment.ts';

/** Words for `hitTest`, and where layers sit. Lists may grow while the history is in use. */
export interface PaintNames {
  /** By the trace's name index: operations and topics. */
  readonly ops: readonly string[];
  /** By layer index of the plan. */
  readonly layers: readonly string[];
  /** Node index of each layer. Without it the node nearest to the layer's plate counts. */
  readonly nodeOf: ArrayLike<number>;
}
const NAMELESS: PaintNames = { ops: [], layers: [], nodeOf: [] };

export interface PaintHistory {
  readonly segments: Segment[];
  /** When a call was given up, in ns. */
  readonly gaveUp: Map<number, number>;
  /** No hop that was ever kept took longer. */
  longestNs: number;
  readonly names: PaintNames;
  /** Arrays that every frame fills anew. */
  readonly marks: Marks;
}

/** An empty history. */
export const createHistory = (names: PaintNames = NAMELESS): PaintHistory => ({
  segments: [], gaveUp: new Map(), longestNs: 0, names, marks: createMarks(1024),
});

/** Index of the first segment that starts after `ns`. */
function firstAfter(segments: readonly Segment[], ns: number): number {
  let low = 0, high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (segments[middle]!.fromNs <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Keeps a chunk: what happened after fromNs, up to and with untilNs; at the very start of a run and after a cut in the middle of an
 * instant also things of fromNs itself. Its hop columns are used in place, so they must not be transferred away afterwards. A chunk that
 * overlaps kept ones replaces what they have of its span; what they have of its first and last instant is kept once.
 */
export function addChunk(history: PaintHistory, chunk: Chunk): void {
  const { segments } = history;
  const { fromNs, untilNs } = chunk;
  if (segments.some((segment) => segment.fromNs < untilNs && segment.untilNs > fromNs)) removeSpan(history, fromNs, untilNs);
  let added = segmentOf(chunk, history.gaveUp);
  const index = firstAfter(segments, fromNs);
  for (let s = index - 1; s >= 0 && segments[s]!.untilNs >= fromNs; s--) added = withoutDoubles(added, segments[s]!, fromNs);
  for (let s = index; s < segments.length && segments[s]!.fromNs <= untilNs; s++) segments[s] = withoutDoubles(segments[s]!, added, untilNs);
  history.longestNs = Math.max(history.longestNs, added.longestNs);
  segments.splice(index, 0, added);
}

/**
 * Drops everything that was sent or happened after `fromNs`: the run was revised and is computed anew from there. What is in flight then
 * goes on; what comes again of the instant itself is kept once.
 */
export const truncate = (history: PaintHistory, fromNs: number): void => removeSpan(history, fromNs, Infinity);

/** Drops what was sent or happened after `fromNs` and up to `untilNs`. */
function removeSpan(history: PaintHistory, fromNs: number, untilNs: number): void {
  const { segments } = history;
  for (let s = segments.length - 1; s >= 0; s--) {
    const segment = segments[s]!;
    if (segment.fromNs >= untilNs || segment.untilNs <= fromNs) continue;
    const parts = [cutSegment(segment, -Infinity, fromNs), cutSegment(segment, untilNs, Infinity)];
    forgetSpots(history, segment, fromNs, untilNs);
    segments.splice(s, 1, ...parts.filter((part) => part.untilNs > part.fromNs || part.rows > 0 || part.spots.length > 0));
  }
}
function forgetSpots(history: PaintHistory, { spots }: Segment, afterNs: number, untilNs: number): void {
  for (let i = upperBound(spots.atNs, afterNs); i < spots.length && spots.atNs[i]! <= untilNs; i++) {
    const call = spots.call[i]!;
    if (spots.kind[i] === MARK.gaveUp && history.gaveUp.get(call) === spots.atNs[i]) history.gaveUp.delete(call);
  }
}

/** Bytes kept, without the arrays of the frame. */
export function bytesOf(history: PaintHistory): number {
  let bytes = history.gaveUp.size * 48;
  for (const segment of history.segments) bytes += segment.bytes;
  return bytes;
}

/** What may go. Only whole chunks go. */
export interface Forgetting {
  /** Chunks that end by then. */
  readonly beforeNs?: number;
  /** Then the chunks farthest from `aroundNs` until this is kept to; the one there stays. */
  readonly maxBytes?: number;
  /** The moment that is being shown. Default: the end of what is kept, so that the oldest go. */
  readonly aroundNs?: number;
}
/** Gives memory back; returns how many chunks went. */
export function forget(history: PaintHistory, { beforeNs = -Infinity, maxBytes = Infinity, aroundNs = Infinity }: Forgetting): number {
  const { segments } = history;
  const before = segments.length;
  const drop = (index: number): number => {
    const [segment] = segments.splice(index, 1);
    forgetSpots(history, segment!, -Infinity, Infinity);
    return segment!.bytes;
  };
  while (segments.length > 0 && segments[0]!.untilNs <= beforeNs) drop(0);
  let excess = bytesOf(history) - maxBytes;
  while (segments.length > 1 && excess > 0) {
    const toFirst = aroundNs - segments[0]!.untilNs;
    const toLast = segments.at(-1)!.fromNs - aroundNs;
    excess -= drop(toLast > toFirst ? segments.length - 1 : 0);
  }
  return before - segments.length;
}

/** Whether everything from `lookbackNs` before a moment up to the moment is kept. Its last instant belongs to a chunk too. */
export function covers(history: PaintHistory, atNs: number, lookbackNs = 0): boolean {
  const { segments } = history;
  let s = firstAfter(segments, atNs) - 1;
  if (s < 0 || segments[s]!.untilNs < atNs) return false;
  const sinceNs = Math.max(0, atNs - lookbackNs);
  while (segments[s]!.fromNs > sinceNs) {
    s--;
    if (s < 0 || segments[s]!.untilNs < segments[s + 1]!.fromNs) return false;
  }
  return true;
}

/** How long things stay, in simulated ns: a function of the playback speed alone. */
export interface Clock {
  readonly atNs: number;
  /** What was lost or refused fades for so long. */
  readonly fadeNs: number;
  /** Where the caller gave up is shown for so long. */
  readonly stayNs: number;
  /** A flight shorter than `fastNs` draws its last `trailNs` as a streak, and lingers for as long where it arrived. */
  readonly trailNs: number;
  readonly fastNs: number;
}

/** Calls `visit` for every hop to be seen at a moment (with its segment's index), in order of sending: binary search, then blocks that may still hold one. */
export function eachActive(history: PaintHistory, clock: Clock, visit: (segment: Segment, row: number, index: number) => void): void {
  const { segments } = history;
  const { atNs, fadeNs, trailNs, fastNs } = clock;
  const longMargin = Math.max(fadeNs, trailNs);
  const last = firstAfter(segments, atNs);
  let first = last;
  while (first > 0 && segments[first - 1]!.untilNs + history.longestNs + longMargin > atNs) first--;
  for (let s = first; s < last; s++) {
    const segment = segments[s]!;
    const margin = segment.lossy ? longMargin : trailNs;
    if (segment.lastEndNs + margin <= atNs) continue;
    const { sentNs, arriveNs, flags } = segment.hops;
    const until = upperBound(sentNs, atNs, segment.rows);
    let row = lowerBound(sentNs, atNs - segment.longestNs - margin, until);
    while (row < until) {
      const block = (row / BLOCK) | 0;
      const blockUntil = Math.min(until, (block + 1) * BLOCK);
      if (segment.blockEndNs[block]! + margin <= atNs) { row = blockUntil; continue; }
      for (; row < blockUntil; row++) {
        const sent = sentNs[row]!, arrive = arriveNs[row]!;
        const tookNs = arrive - sent;
        const endNs = (flags[row]! & LOST) !== 0 ? sent + tookNs / 2 + fadeNs : tookNs < fastNs ? arrive + trailNs : arrive;
        if (endNs > atNs) visit(segment, row, s);
      }
    }
  }
}

/** Calls `visit` for every spot of the last `stayNs` or `fadeNs`, in order of time. */
export function eachSpot(history: PaintHistory, clock: Clock, visit: (segment: Segment, spot: number, index: number) => void): void {
  const { segments } = history;
  const sinceNs = clock.atNs - Math.max(clock.stayNs, clock.fadeNs);
  const last = firstAfter(segments, clock.atNs);
  let first = last;
  while (first > 0 && segments[first - 1]!.untilNs >= sinceNs) first--;
  for (let s = first; s < last; s++) {
    const segment = segments[s]!;
    const { atNs, kind, length } = segment.spots;
    for (let i = upperBound(atNs, sinceNs, length); i < length && atNs[i]! <= clock.atNs; i++) {
      const endNs = atNs[i]! + (kind[i] === MARK.gaveUp ? clock.stayNs : clock.fadeNs);
      if (endNs > clock.atNs) visit(segment, i, s);
    }
  }
}
