/** From (history, view, time) to the marks of one frame. Canvas, SVG and pointer all take theirs from here. */
import type { PaintPoint, PaintView } from '../protocol/paint.ts';
import { DUPLICATE, HOP, LATE, LOST, MARK, MS, OUTCOME } from './codes.ts';
import { bandsOf, densityOf, isSample, spread, type Band, type Density } from './flow.ts';
import { geometryOf, onCanvas, placeOn, REACH, type Geometry, type Place } from './geometry.ts';
import { eachActive, eachSpot, type Clock, type PaintHistory } from './history.ts';
import { DOUBLED, FAINT, FOLLOWED, growMarks, OUTCOME_ROLE, OUTCOME_SHAPE, ROLE, SHAPE, type Marks } from './marks.ts';
import type { Segment } from './segment.ts';

const FADE_WALL_MS = 450;
const STAY_WALL_MS = 900;
const TRAIL_WALL_MS = 50;
/** Five frames. */
const FAST_WALL_MS = 83;
const CHOICE_WALL_MS = 500;
/** How far inside the card a refused call sets out, px. */
const APPROACH = 26;
/** Marks at one place are scattered over so many px. */
const SCATTER = 12;
/** Part of its time after which it turns round at the plate. */
const TURN = 0.25;

export interface Scene {
  readonly marks: Marks;
  readonly geometry: Geometry;
  readonly bands: readonly Band[];
  readonly density: Density;
  /** With reduced motion: marks at the start, middle and end of each lane, three numbers a lane; they lie on each other. */
  readonly piles: Uint16Array;
}

export function clockOf(view: PaintView, atMs: number): Clock {
  const perWallMs = Math.max(view.speed, 1e-6) * MS;
  return {
    atNs: Math.round(atMs * MS), fadeNs: FADE_WALL_MS * perWallMs, stayNs: STAY_WALL_MS * perWallMs,
    trailNs: TRAIL_WALL_MS * perWallMs, fastNs: FAST_WALL_MS * perWallMs,
  };
}

/** The marks are valid until the next scene of the same history. */
export function sceneAt(history: PaintHistory, view: PaintView, atMs: number): Scene {
  const geometry = geometryOf(view);
  const clock = clockOf(view, atMs);
  const density = densityOf(history, geometry, clock, CHOICE_WALL_MS * Math.max(view.speed, 1e-6) * MS);
  const { marks } = history;
  marks.length = 0;
  const piles = new Uint16Array(view.reducedMotion ? geometry.lanes.length * 3 : 0);
  const frame: Frame = { history, view, geometry, clock, density, marks, piles };
  eachActive(history, clock, (segment, row, index) => addHop(frame, segment, row, index));
  eachSpot(history, clock, (segment, row, index) => addSpot(frame, segment, row, index));
  const bands = density.aggregated ? bandsOf(history, density, clock, view.speed) : [];
  return { marks, geometry, bands, density, piles };
}

interface Frame extends Omit<Scene, 'bands'> { readonly history: PaintHistory; readonly view: PaintView; readonly clock: Clock }

const place: Place = { x: 0, y: 0, ux: 1, uy: 0 };
const inView = (view: PaintView, { x, y }: PaintPoint): boolean =>
  x > -REACH && x < view.width + REACH && y > -REACH && y < view.height + REACH;

/** Appends a mark at `place`; returns its index. */
function append({ marks }: Frame, shape: number, role: number, alpha: number, flags: number, segment: number, row: number): number {
  if (marks.length === marks.x.length) growMarks(marks);
  const i = marks.length++;
  marks.x[i] = place.x; marks.y[i] = place.y; marks.ux[i] = place.ux; marks.uy[i] = place.uy;
  marks.shape[i] = shape; marks.role[i] = role; marks.alpha[i] = alpha; marks.flags[i] = flags;
  marks.attempt[i] = 0; marks.lane[i] = -1; marks.segment[i] = segment; marks.row[i] = row;
  return i;
}
const followFlag = (root: number, followed: number): number => (followed === 0 ? 0 : root === followed ? FOLLOWED : FAINT);

function addHop(frame: Frame, segment: Segment, row: number, index: number): void {
  const { view, geometry, clock, density, marks } = frame;
  const { hops } = segment;
  const kind = hops.kind[row]!, call = hops.call[row]!, root = hops.root[row]!, bits = hops.flags[row]!;
  const laneIndex = hops.link[row]! * 2 + (kind === HOP.reply ? 1 : 0);
  const lane = geometry.lanes[laneIndex];
  if (lane === undefined || !lane.visible) return;
  const follow = followFlag(root, view.root);
  if (density.heavy[laneIndex] === 1 && follow !== FOLLOWED && !isSample(root, call, density.perDot)) return;

  const sentNs = hops.sentNs[row]!, tookNs = hops.arriveNs[row]! - sentNs, gone = clock.atNs - sentNs;
  const vanished = (bits & LOST) !== 0 && gone >= tookNs / 2;
  const progress = vanished ? 0.5 : gone >= tookNs ? 1 : gone / tookNs;
  // Hop by hop: in the middle of the third that the way has come to.
  const third = Math.min(2, Math.floor(progress * 3));
  const shown = view.reducedMotion ? thirdOf(third) : progress;
  placeOn(lane, shown * lane.length, place);
  if (!inView(view, place)) return;

  if (view.reducedMotion) frame.piles[laneIndex * 3 + third]! += 1;
  const stayed = vanished ? (gone - tookNs / 2) / clock.fadeNs : gone > tookNs ? (gone - tookNs) / clock.trailNs : 0;
  const alpha = view.reducedMotion ? 1 : 1 - stayed;
  const flags = follow | ((bits & DUPLICATE) === 0 ? 0 : DOUBLED);
  const i = append(frame, 0, 0, alpha, flags, index, row);
  setLook(frame, i, segment, row, vanished);
  if (tookNs < clock.fastNs && !vanished && !view.reducedMotion) {
    marks.lane[i] = laneIndex;
    marks.tail[i] = gone > clock.trailNs && tookNs > 0 ? Math.min(1, (gone - clock.trailNs) / tookNs) * lane.length : 0;
    marks.head[i] = progress * lane.length;
  }
}

/** Where on its lane a mark is shown that jumps hop by hop. */
export const thirdOf = (third: number): number => (2 * third + 1) / 6;

/** Shape and role of a hop. */
function setLook({ history, marks, clock }: Frame, i: number, segment: Segment, row: number, vanished: boolean): void {
  const { hops } = segment;
  const kind = hops.kind[row]!;
  let shape: number = SHAPE.dot, role: number = ROLE.ink;
  if (vanished) shape = SHAPE.vanished;
  else if (kind === HOP.cancel) shape = SHAPE.tick;
  else if (kind === HOP.message) shape = SHAPE.envelope;
  else if ((hops.flags[row]! & LATE) !== 0 || isOrphan(history, segment, row, clock.atNs)) { shape = SHAPE.hollow; role = ROLE.faint; }
  else if (kind === HOP.reply) { shape = OUTCOME_SHAPE[hops.outcome[row]!]!; role = OUTCOME_ROLE[hops.outcome[row]!]!; }
  else if (hops.attempt[row]! > 0) { shape = SHAPE.retry; role = ROLE.retry; marks.attempt[i] = hops.attempt[row]!; }
  marks.shape[i] = shape;
  marks.role[i] = role;
}
/** The call, the one on whose behalf it was made, or the user's request was given up: nobody waits for it any more. */
export function isOrphan({ gaveUp }: PaintHistory, { hops }: Segment, row: number, atNs: number): boolean {
  if (gaveUp.size === 0) return false;
  const before = (call: number): boolean => {
    const goneNs = gaveUp.get(call);
    return goneNs !== undefined && goneNs <= atNs;
  };
  return before(hops.call[row]!) || before(hops.parent[row]!) || before(hops.root[row]!);
}

function addSpot(frame: Frame, { spots }: Segment, row: number, index: number): void {
  const { view, clock, density } = frame;
  const call = spots.call[row]!, root = spots.root[row]!, kind = spots.kind[row]!, outcome = spots.outcome[row]!;
  const follow = followFlag(root, view.root);
  if (density.manySpots && follow !== FOLLOWED && !isSample(root, call, density.perDot)) return;
  const refused = kind === MARK.refused;
  const age = (clock.atNs - spots.atNs[row]!) / (kind === MARK.gaveUp ? clock.stayNs : clock.fadeNs);
  // The orphan was seen coming in: without a plate that turns it away there is no more to show.
  if (kind === MARK.late && (view.plates[spots.layer[row]!] ?? null) === null) return;
  if (!placeSpot(frame, spots.layer[row]!, spots.link[row]!, refused ? age : TURN)) return;
  place.x += (spread(call) - 0.5) * SCATTER;
  place.y += (spread(call + 0x9e3779b1) - 0.5) * SCATTER;
  if (!inView(view, place)) return;
  const alpha = view.reducedMotion ? 1 : Math.min(1, 2 - 2 * age);
  let shape: number = SHAPE.hollow, role: number = ROLE.faint;
  if (refused) {
    shape = outcome === OUTCOME.throttled ? SHAPE.triangle : SHAPE.square;
    role = outcome === OUTCOME.throttled ? ROLE.throttled : ROLE.refused;
  } else if (kind === MARK.gaveUp) {
    shape = SHAPE.half;
    role = outcome === OUTCOME.cancelled ? ROLE.faint : ROLE.late;
  }
  append(frame, shape, role, alpha, follow, index, -1 - row);
}

/**
 * Moves `place` to where a layer's spot is: the caller's end of a link, else the layer's plate, else its node; false when nothing is
 * known. A refused call comes up from inside the card, turns round at the plate after a quarter of its time, and goes back.
 */
function placeSpot({ history, view, geometry }: Frame, layer: number, link: number, age: number): boolean {
  const lane = geometry.lanes[link * 2];
  if (link >= 0 && lane !== undefined && lane.points > 0) { placeOn(lane, 0, place); return true; }
  const plate = view.plates[layer] ?? null;
  const node = view.nodes[history.names.nodeOf[layer] ?? (plate === null ? -1 : nearest(view.nodes, plate))];
  const base = plate ?? node;
  if (base === undefined) return false;
  const { x, y } = onCanvas(view, base);
  place.x = x; place.y = y; place.ux = 1; place.uy = 0;
  if (plate === null || node === undefined) return true;
  const home = onCanvas(view, node);
  const dx = home.x - x, dy = home.y - y, far = Math.hypot(dx, dy);
  if (far === 0) return true;
  place.ux = dx / far; place.uy = dy / far;
  const part = view.reducedMotion ? 0 : age < TURN ? 1 - age / TURN : (age - TURN) / (1 - TURN);
  place.x += place.ux * part * Math.min(far, APPROACH);
  place.y += place.uy * part * Math.min(far, APPROACH);
  return true;
}
function nearest(nodes: readonly PaintPoint[], to: PaintPoint): number {
  let best = -1, least = Infinity;
  for (let i = 0; i < nodes.length; i++) {
    const distance = (nodes[i]!.x - to.x) * (nodes[i]!.x - to.x) + (nodes[i]!.y - to.y) * (nodes[i]!.y - to.y);
    if (distance < least) { least = distance; best = i; }
  }
  return best;
}
