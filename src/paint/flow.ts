/**
 * Heavy traffic: which lanes turn into bands, how many requests a dot stands for there, and how wide and of what a band is. All of it
 * depends on (data, time) alone; the choice is made for a grid of moments half a second apart, so that it does not flicker.
 */
import { HOP, LATE, MS, OUTCOME } from './codes.ts';
import type { Geometry } from './geometry.ts';
import { eachActive, eachSpot, type Clock, type PaintHistory } from './history.ts';
import { OUTCOME_ROLE, ROLE } from './marks.ts';
import { lowerBound, upperBound, type Segment } from './segment.ts';

/** More hops in view than this become bands wherever they are dense. */
export const FLOW_FROM = 2500;
/** A lane holds one dot per so many px; when all is heavy, one per so many. */
const PX_PER_DOT = 4;
const PX_PER_DOT_IN_FLOW = 12;
/** Sparse lanes stay as they are. */
const FEWEST = 24;
/** Dots that all bands together may show, and px of band per dot. */
const DOTS_IN_BANDS = 600;
const PX_PER_DOT_IN_BAND = 9;
/** Squares and half circles at their places that can still be told apart. */
const MOST_SPOTS = 240;
const WINDOW_WALL_MS = 400;
const SHORTEST_WINDOW_MS = 100;
/** Rows looked at for the bands of one frame; of more, every n-th. */
const MOST_ROWS = 20_000;

export interface Density {
  /** By lane: 1 is drawn as a band. */
  readonly heavy: Uint8Array;
  readonly aggregated: boolean;
  readonly manySpots: boolean;
  /** Requests for which a dot stands in bands and, with many spots, at plates: 1, 2, 5, 10, 20 … */
  readonly perDot: number;
}

/** Hops to be seen on each lane. */
function countLanes(history: PaintHistory, geometry: Geometry, clock: Clock): Float64Array {
  const counts = new Float64Array(geometry.lanes.length);
  eachActive(history, clock, ({ hops }, row) => {
    counts[hops.link[row]! * 2 + (hops.kind[row] === HOP.reply ? 1 : 0)]! += 1;
  });
  for (let lane = 0; lane < counts.length; lane++) if (!geometry.lanes[lane]!.visible) counts[lane] = 0;
  return counts;
}
const sum = (numbers: Float64Array): number => numbers.reduce((a, b) => a + b, 0);

export function densityOf(history: PaintHistory, geometry: Geometry, clock: Clock, stepNs: number): Density {
  const { lanes } = geometry;
  const now = countLanes(history, geometry, clock);
  const gridNs = Math.floor(clock.atNs / stepNs) * stepNs;
  const before = countLanes(history, geometry, { ...clock, atNs: gridNs });
  // Between moments of the grid only a rush changes the choice.
  const pxPerDot = sum(before) > FLOW_FROM || sum(now) > 2 * FLOW_FROM ? PX_PER_DOT_IN_FLOW : PX_PER_DOT;
  const heavy = new Uint8Array(lanes.length);
  let inBands = 0, perDot = 1, aggregated = false;
  for (let lane = 0; lane < lanes.length; lane++) {
    const most = Math.max(FEWEST, lanes[lane]!.length / pxPerDot);
    if (before[lane]! <= most && now[lane]! <= 2 * most) continue;
    heavy[lane] = 1;
    aggregated = true;
    const count = Math.max(before[lane]!, now[lane]! / 2);
    inBands += count;
    perDot = Math.max(perDot, (count * PX_PER_DOT_IN_BAND) / Math.max(lanes[lane]!.length, 40));
  }
  let spots = 0;
  eachSpot(history, clock, () => { spots++; });
  const manySpots = spots > MOST_SPOTS;
  perDot = Math.max(perDot, inBands / DOTS_IN_BANDS, manySpots ? spots / MOST_SPOTS : 1);
  return { heavy, aggregated, manySpots, perDot: niceAbove(perDot) };
}

/** The smallest of 1, 2, 5, 10, 20, 50 … that is at least `value`. */
export function niceAbove(value: number): number {
  let power = 1;
  while (power * 10 <= value) power *= 10;
  for (const step of [1, 2, 5]) if (step * power >= value) return step * power;
  return 10 * power;
}

/** Even spread of whole numbers over [0, 1). */
export function spread(n: number): number {
  let h = Math.imul(n ^ (n >>> 16), 0x45d9f3b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return ((h ^ (h >>> 13)) >>> 0) / 4294967296;
}
/** Whether a request is one of those that are drawn: with all its hops, and for a larger `perDot` a part of those for a smaller. */
export const isSample = (root: number, call: number, perDot: number): boolean => spread(root === 0 ? call : root) * perDot < 1;

export interface Band {
  readonly lane: number;
  /** Px, by the square root of the rate. */
  readonly width: number;
  /** Parts of the width by role, adding up to 1. */
  readonly shares: readonly number[];
}

/** The role in which a hop counts for a band's texture. */
function roleOf({ hops }: Segment, row: number): number {
  if (hops.kind[row] === HOP.reply) {
    return (hops.flags[row]! & LATE) !== 0 || hops.outcome[row] === OUTCOME.cancelled ? ROLE.faint : OUTCOME_ROLE[hops.outcome[row]!]!;
  }
  return hops.kind[row] === HOP.request && hops.attempt[row]! > 0 ? ROLE.retry : ROLE.ink;
}

/** Bands of the heavy lanes from what was sent in the last few hundred wall ms. */
export function bandsOf(history: PaintHistory, { heavy }: Density, clock: Clock, speed: number): Band[] {
  const roles = ROLE.surface;
  const counts = new Float64Array(heavy.length * roles);
  const windowNs = Math.max(WINDOW_WALL_MS * speed, SHORTEST_WINDOW_MS) * MS;
  const fromNs = Math.max(0, clock.atNs - windowNs);
  const spans: [Segment, number, number][] = [];
  let rows = 0;
  for (const segment of history.segments) {
    if (segment.untilNs < fromNs || segment.fromNs > clock.atNs) continue;
    const from = lowerBound(segment.hops.sentNs, fromNs, segment.rows);
    const until = upperBound(segment.hops.sentNs, clock.atNs, segment.rows);
    spans.push([segment, from, until]);
    rows += until - from;
  }
  const every = Math.ceil(rows / MOST_ROWS) || 1;
  for (const [segment, from, until] of spans) {
    for (let row = from; row < until; row += every) {
      const lane = segment.hops.link[row]! * 2 + (segment.hops.kind[row] === HOP.reply ? 1 : 0);
      if (heavy[lane] === 1) counts[lane * roles + roleOf(segment, row)]! += every;
    }
  }
  const seconds = Math.max(clock.atNs - fromNs, MS) / 1e9;
  const bands: Band[] = [];
  for (let lane = 0; lane < heavy.length; lane++) {
    if (heavy[lane] === 0) continue;
    const own = counts.subarray(lane * roles, (lane + 1) * roles);
    const count = sum(own);
    if (count > 0) bands.push({ lane, width: widthFor(count / seconds), shares: Array.from(own, (part) => part / count) });
  }
  return bands;
}
/** 3 px at 100/s, 5 at 600/s, 12 from 8,100/s on. */
export const widthFor = (perSecond: number): number => Math.min(12, 1.9 + Math.sqrt(perSecond) / 8.9);
