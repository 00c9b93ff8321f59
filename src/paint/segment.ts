/** One kept piece of the run: the hops of a chunk, and the moments of it that are drawn at a place. */
import type { Chunk, HopTable } from '../kernel/trace.ts';
import { HOP, LOST, MARK, OUTCOME } from './codes.ts';

/** Rows whose latest arrival is known together; whole blocks that have ended are skipped. */
export const BLOCK = 64;

/** Moments in the order of time: a layer refused a call, gave one up, or let a late answer drop. */
export interface Spots {
  readonly length: number;
  readonly atNs: Float64Array;
  readonly call: Float64Array;
  readonly root: Float64Array;
  readonly layer: Int32Array;
  /** The link whose caller gave up, -1 where that is not known. */
  readonly link: Int32Array;
  readonly kind: Uint8Array;
  readonly outcome: Uint8Array;
}
export interface Segment {
  readonly fromNs: number;
  readonly untilNs: number;
  readonly rows: number;
  readonly hops: HopTable;
  readonly spots: Spots;
  /** Latest arrival of each block of rows, and of all. */
  readonly blockEndNs: Float64Array;
  readonly lastEndNs: number;
  readonly longestNs: number;
  /** Something was lost here, and so stays a little longer where it vanished. */
  readonly lossy: boolean;
  readonly bytes: number;
}

/** First index of an ascending column whose value is at least `value`. */
export function lowerBound(column: Float64Array, value: number, length = column.length): number {
  let low = 0, high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
/** First index of an ascending column whose value is greater than `value`. */
export function upperBound(column: Float64Array, value: number, length = column.length): number {
  let low = 0, high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bytesIn(table: object): number {
  let bytes = 0;
  for (const column of Object.values(table)) if (ArrayBuffer.isView(column)) bytes += column.byteLength;
  return bytes;
}

function indexed(fromNs: number, untilNs: number, hops: HopTable, spots: Spots): Segment {
  const rows = hops.length;
  const blockEndNs = new Float64Array(Math.ceil(rows / BLOCK));
  let lastEndNs = 0, longestNs = 0, lossy = false;
  for (let i = 0; i < rows; i++) {
    const endNs = hops.arriveNs[i]!;
    const block = (i / BLOCK) | 0;
    if (endNs > blockEndNs[block]!) blockEndNs[block] = endNs;
    if (endNs > lastEndNs) lastEndNs = endNs;
    const tookNs = endNs - hops.sentNs[i]!;
    if (tookNs > longestNs) longestNs = tookNs;
    if ((hops.flags[i]! & LOST) !== 0) lossy = true;
  }
  const bytes = bytesIn(hops) + bytesIn(spots) + blockEndNs.byteLength;
  return { fromNs, untilNs, rows, hops, spots, blockEndNs, lastEndNs, longestNs, lossy, bytes };
}

/** The hop columns are kept as they are (not copied); marks are copied. `gaveUp` learns which calls were given up, and when. */
export function segmentOf(chunk: Chunk, gaveUp: Map<number, number>): Segment {
  return indexed(chunk.fromNs, chunk.untilNs, chunk.hops, spotsOf(chunk, gaveUp));
}

interface Spot { atNs: number; call: number; root: number; layer: number; link: number; kind: number; outcome: number }

function spotsOf(chunk: Chunk, gaveUp: Map<number, number>): Spots {
  const { marks, hops } = chunk;
  const found: Spot[] = [];
  for (let i = 0; i < marks.length; i++) {
    const kind = marks.kind[i]!;
    if (kind !== MARK.refused && kind !== MARK.gaveUp && kind !== MARK.late) continue;
    const call = marks.call[i]!, atNs = marks.atNs[i]!;
    if (kind === MARK.gaveUp) gaveUp.set(call, atNs);
    const link = kind === MARK.gaveUp ? cancelledLink(hops, call, atNs) : -1;
    found.push({ atNs, call, root: marks.root[i]!, layer: marks.layer[i]!, link, kind, outcome: marks.outcome[i]! });
  }
  // A layer between sender and network gives up without a mark: its cancel tells.
  for (let i = 0; i < hops.length; i++) {
    const call = hops.call[i]!;
    if (hops.kind[i] !== HOP.cancel || gaveUp.has(call)) continue;
    const atNs = hops.sentNs[i]!;
    gaveUp.set(call, atNs);
    found.push({ atNs, call, root: hops.root[i]!, layer: -1, link: hops.link[i]!, kind: MARK.gaveUp, outcome: OUTCOME.timeout });
  }
  found.sort((a, b) => a.atNs - b.atNs);
  return {
    length: found.length,
    atNs: Float64Array.from(found, (spot) => spot.atNs),
    call: Float64Array.from(found, (spot) => spot.call),
    root: Float64Array.from(found, (spot) => spot.root),
    layer: Int32Array.from(found, (spot) => spot.layer),
    link: Int32Array.from(found, (spot) => spot.link),
    kind: Uint8Array.from(found, (spot) => spot.kind),
    outcome: Uint8Array.from(found, (spot) => spot.outcome),
  };
}

/** The link on which a call that was given up was cancelled in the same instant. */
function cancelledLink(hops: HopTable, call: number, atNs: number): number {
  for (let i = lowerBound(hops.sentNs, atNs, hops.length); i < hops.length && hops.sentNs[i] === atNs; i++) {
    if (hops.kind[i] === HOP.cancel && hops.call[i] === call) return hops.link[i]!;
  }
  return -1;
}

/** The part of a segment that was sent or happened after `afterNs` and up to `untilNs`, copied. */
export function cutSegment(segment: Segment, afterNs: number, untilNs: number): Segment {
  const { hops, spots } = segment;
  const cut = <T extends HopTable | Spots>(table: T, times: Float64Array): T =>
    withColumns(table, (column) => column.slice(upperBound(times, afterNs), upperBound(times, untilNs)));
  return indexed(Math.max(afterNs, segment.fromNs), Math.min(untilNs, segment.untilNs), cut(hops, hops.sentNs), cut(spots, spots.atNs));
}

/**
 * A chunk may end in the middle of an instant, and its end be traced again by the next. This is `later` without what `earlier` has of
 * the instant `ns` too; `later` itself where there is nothing of the kind.
 */
export function withoutDoubles(later: Segment, earlier: Segment, ns: number): Segment {
  const sameHop = (i: number, j: number) => later.hops.call[i] === earlier.hops.call[j] && later.hops.kind[i] === earlier.hops.kind[j];
  const sameSpot = (i: number, j: number) => later.spots.call[i] === earlier.spots.call[j] && later.spots.kind[i] === earlier.spots.kind[j];
  const hops = doubles(later.hops.sentNs, earlier.hops.sentNs, ns, sameHop);
  const spots = doubles(later.spots.atNs, earlier.spots.atNs, ns, sameSpot);
  if (hops.size === 0 && spots.size === 0) return later;
  const rest = <T extends HopTable | Spots>(table: T, gone: ReadonlySet<number>): T =>
    withColumns(table, (column) => column.filter((_: number, i: number) => !gone.has(i)));
  return indexed(later.fromNs, later.untilNs, rest(later.hops, hops), rest(later.spots, spots));
}
function doubles(later: Float64Array, earlier: Float64Array, ns: number, same: (i: number, j: number) => boolean): Set<number> {
  const found = new Set<number>();
  const first = lowerBound(earlier, ns);
  if (earlier[first] !== ns) return found;
  for (let i = lowerBound(later, ns); later[i] === ns; i++) {
    for (let j = first; earlier[j] === ns; j++) if (same(i, j)) found.add(i);
  }
  return found;
}

function withColumns<T extends HopTable | Spots>(table: T, change: (column: Float64Array) => Float64Array): T {
  const out: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(table)) {
    if (!ArrayBuffer.isView(column)) continue;
    const changed = change(column as Float64Array);
    out[name] = changed;
    out['length'] = changed.length;
  }
  return out as T;
}
