/**
 * Where things run on the canvas: each link of a view as two lanes beside its line, in CSS px with the zoom applied. Traffic keeps to
 * its right, so requests and answers of a link never meet.
 */
import type { PaintLink, PaintPoint, PaintView } from '../protocol/paint.ts';

/** Distance between the two lanes of a link, px of the canvas at any zoom. */
export const LANE_GAP = 12;
/** How far a mark reaches around its point; what is farther outside the canvas is not drawn. */
export const REACH = 12;

/** A way to run along, with its arc-length table. Index `2 · link` leads to the callee, `2 · link + 1` back. */
export interface Lane {
  readonly points: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Distance from the start to each point. */
  readonly at: Float64Array;
  readonly length: number;
  /** What to add to each point for one px more to the right. */
  readonly sideX: Float64Array;
  readonly sideY: Float64Array;
  /** Px to the right of the link's own line. */
  readonly offset: number;
  /** Some of it is on the canvas. */
  readonly visible: boolean;
}
export interface Geometry {
  readonly lanes: readonly Lane[];
}
export interface Place { x: number; y: number; ux: number; uy: number }

const known = new WeakMap<PaintView, Geometry>();

/** The lanes of a view; a view is taken as unchanging, so each is measured once. */
export function geometryOf(view: PaintView): Geometry {
  let geometry = known.get(view);
  if (geometry === undefined) {
    geometry = measure(view);
    known.set(view, geometry);
  }
  return geometry;
}

function measure(view: PaintView): Geometry {
  const lanes: Lane[] = [];
  for (const link of view.links) {
    // Two opposite links on one line get four lanes.
    const shared = view.links.some((other) => other !== link && runsBack(link, other));
    const points = link.points.map((point) => onCanvas(view, point));
    lanes.push(laneOf(view, points, LANE_GAP / 2), laneOf(view, points.toReversed(), shared ? LANE_GAP * 1.5 : LANE_GAP / 2));
  }
  return { lanes };
}

/** A point of the stage on the canvas. */
export const onCanvas = ({ zoom }: PaintView, { x, y }: PaintPoint): PaintPoint => ({ x: zoom.k * x + zoom.x, y: zoom.k * y + zoom.y });

function runsBack(link: PaintLink, other: PaintLink): boolean {
  const a = link.points, b = other.points;
  const near = (p?: PaintPoint, q?: PaintPoint) => p !== undefined && q !== undefined && Math.abs(p.x - q.x) + Math.abs(p.y - q.y) < 16;
  return near(a[0], b.at(-1)) && near(a.at(-1), b[0]) && near(middleOf(a), middleOf(b));
}
function middleOf(points: readonly PaintPoint[]): PaintPoint | undefined {
  const a = points[(points.length - 1) >> 1], b = points[points.length >> 1];
  return a && b && { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function laneOf(view: PaintView, line: readonly PaintPoint[], offset: number): Lane {
  const points = line.filter((point, i) => i === 0 || point.x !== line[i - 1]!.x || point.y !== line[i - 1]!.y);
  const n = points.length;
  const lane = {
    points: n, x: new Float64Array(n), y: new Float64Array(n), at: new Float64Array(n), length: 0,
    sideX: new Float64Array(n), sideY: new Float64Array(n), offset, visible: false,
  };
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (let i = 0; i < n; i++) {
    const side = sideAt(points, i);
    const x = points[i]!.x + side.x * offset, y = points[i]!.y + side.y * offset;
    lane.sideX[i] = side.x; lane.sideY[i] = side.y; lane.x[i] = x; lane.y[i] = y;
    if (i > 0) lane.at[i] = lane.at[i - 1]! + Math.hypot(x - lane.x[i - 1]!, y - lane.y[i - 1]!);
    left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
  }
  lane.length = n === 0 ? 0 : lane.at[n - 1]!;
  lane.visible = right > -REACH && left < view.width + REACH && bottom > -REACH && top < view.height + REACH;
  return lane;
}

/** Mitred unit offset to the right of travel (down, when travelling right) at a vertex. */
function sideAt(points: readonly PaintPoint[], i: number): PaintPoint {
  const p = points[i]!, before = points[i - 1], after = points[i + 1];
  const a = before === undefined ? null : unit(p.x - before.x, p.y - before.y);
  const b = after === undefined ? null : unit(after.x - p.x, after.y - p.y);
  const d = a ?? b;
  if (d === null) return { x: 0, y: 0 };
  if (a === null || b === null) return { x: 0 - d.y, y: d.x };
  const sum = unit(a.x + b.x, a.y + b.y);
  // A sharp corner would throw the offset far out.
  const stretch = 1 / Math.max(0.5, sum.x * a.x + sum.y * a.y);
  return { x: (0 - sum.y) * stretch, y: sum.x * stretch };
}
function unit(x: number, y: number): PaintPoint {
  const length = Math.hypot(x, y);
  return length === 0 ? { x: 0, y: 0 } : { x: x / length, y: y / length };
}

/** Index of the last vertex of a lane at or before a distance, never the very last vertex. */
export function vertexBefore(lane: Lane, distance: number): number {
  let low = 0, high = lane.points - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (lane.at[middle]! <= distance) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Writes the point of a lane at a distance from its start, and the direction of travel there, into `place`. */
export function placeOn(lane: Lane, distance: number, place: Place): void {
  if (lane.points < 2) {
    place.x = lane.x[0] ?? NaN; place.y = lane.y[0] ?? NaN; place.ux = 1; place.uy = 0;
    return;
  }
  const i = vertexBefore(lane, distance);
  const x = lane.x[i]!, y = lane.y[i]!, span = lane.at[i + 1]! - lane.at[i]!;
  const part = span === 0 ? 0 : (distance - lane.at[i]!) / span;
  const dx = lane.x[i + 1]! - x, dy = lane.y[i + 1]! - y;
  place.x = x + dx * part; place.y = y + dy * part;
  place.ux = span === 0 ? 1 : dx / span; place.uy = span === 0 ? 0 : dy / span;
}
