/** Draws a moment of a run: bands, streaks, marks, and what a dot stands for. A function of (history, view, time) alone. */
import type { PaintView } from '../protocol/paint.ts';
import { placeOn, vertexBefore, type Lane, type Place } from './geometry.ts';
import type { PaintHistory } from './history.ts';
import { DOUBLED, FAINT, FOLLOWED, ROLE, ROLE_NAMES, SHAPE_NAMES, type Marks } from './marks.ts';
import type { Pen } from './pen.ts';
import { sceneAt, thirdOf, type Scene } from './scene.ts';
import { disc, fillShape, finishShape, hasHoles, prepareFinish, RADIUS, ring, stampShape } from './shapes.ts';

/** Up to so many marks get halos, true arcs and streaks; up to so many get their shapes; more are stamped. */
export const FINE_UP_TO = 400;
export const SHAPES_UP_TO = 1500;
const FAINT_ALPHA = 0.22;

export interface PaintResult {
  /** Marks drawn. */
  readonly dots: number;
  /** Some links are drawn as bands. */
  readonly aggregated: boolean;
  /** Requests per dot, where links are bands or plates crowded; else 1. */
  readonly perDot: number;
}

/** Clears the canvas and draws the moment. */
export function paint(pen: Pen, history: PaintHistory, view: PaintView, atMs: number): PaintResult {
  const scene = sceneAt(history, view, atMs);
  resetPen(pen, view);
  return drawScene(pen, scene, view);
}

function resetPen(pen: Pen, { pixelRatio, width, height }: PaintView): void {
  pen.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  pen.lineJoin = 'miter';
  pen.clearRect(0, 0, width, height);
}

/** Draws a scene; shared by canvas and SVG. */
export function drawScene(pen: Pen, scene: Scene, view: PaintView): PaintResult {
  const { marks, density } = scene;
  const ink = new Ink(pen, view, scene);
  drawBands(pen, scene, view);
  if (marks.length <= SHAPES_UP_TO) drawStreaks(ink);
  drawMarks(ink, 0);
  if (view.root !== 0) drawMarks(ink, FOLLOWED);
  ink.alpha(1);
  drawPiles(pen, scene, view);
  if (density.perDot > 1) drawLabel(pen, view, density.perDot);
  return { dots: marks.length, aggregated: density.aggregated, perDot: density.perDot };
}

/** The pen with what the drawing of one scene keeps in mind. */
class Ink {
  readonly pen: Pen;
  readonly view: PaintView;
  readonly marks: Marks;
  readonly lanes: readonly Lane[];
  readonly fine: boolean;
  readonly stamped: boolean;
  private now = 1;

  constructor(pen: Pen, view: PaintView, { marks, geometry }: Scene) {
    this.pen = pen;
    this.view = view;
    this.marks = marks;
    this.lanes = geometry.lanes;
    this.fine = marks.length <= FINE_UP_TO;
    this.stamped = marks.length > SHAPES_UP_TO;
  }
  alpha(value: number): void {
    if (value === this.now) return;
    this.now = value;
    this.pen.globalAlpha = value;
  }
  /** The alpha of a mark, in steps of 1/16. */
  alphaOf(i: number, factor = 1): void {
    const own = this.marks.alpha[i]! * factor * ((this.marks.flags[i]! & FAINT) === 0 ? 1 : FAINT_ALPHA);
    this.alpha(Math.ceil(own * 16) / 16);
  }
}

const LOOKS = ROLE_NAMES.length * SHAPE_NAMES.length;
const first = new Int32Array(LOOKS);
const place: Place = { x: 0, y: 0, ux: 1, uy: 0 };
/** From what is least to what matters most. */
const ROLE_ORDER = [ROLE.faint, ROLE.ink, ROLE.ok, ROLE.retry, ROLE.throttled, ROLE.late, ROLE.refused, ROLE.error];

/** Marks of one look together, so that colours change rarely. `wanted`: FOLLOWED for the followed request's, 0 for all others. */
function drawMarks(ink: Ink, wanted: number): void {
  const { pen, marks, view: { theme } } = ink;
  first.fill(-1);
  for (let i = marks.length - 1; i >= 0; i--) {
    if ((marks.flags[i]! & FOLLOWED) !== wanted) continue;
    const look = marks.role[i]! * SHAPE_NAMES.length + marks.shape[i]!;
    marks.next[i] = first[look]!;
    first[look] = i;
  }
  for (const role of ROLE_ORDER) {
    for (let shape = 0; shape < SHAPE_NAMES.length; shape++) {
      const start = first[role * SHAPE_NAMES.length + shape]!;
      if (start < 0) continue;
      const colour = theme[ROLE_NAMES[role]!];
      if (ink.stamped) stampLook(ink, start, shape, colour);
      else drawLook(ink, start, shape, colour);
    }
  }
  ink.alpha(1);
  if (wanted !== FOLLOWED) return;
  pen.fillStyle = theme.ink;
  for (let i = 0; i < marks.length; i++) {
    if ((marks.flags[i]! & FOLLOWED) === 0) continue;
    const radius = RADIUS[marks.shape[i]!]! + 4.5;
    ink.alphaOf(i);
    ring(pen, marks.x[i]!, marks.y[i]!, radius, radius - 1.6, true);
  }
}

function drawLook(ink: Ink, start: number, shape: number, colour: string): void {
  const { pen, marks, fine, view: { theme } } = ink;
  const radius = RADIUS[shape]!;
  if (fine) {
    pen.fillStyle = theme.surface;
    for (let i = start; i >= 0; i = marks.next[i]!) {
      ink.alphaOf(i);
      disc(pen, marks.x[i]!, marks.y[i]!, radius + 1.3);
    }
  }
  pen.fillStyle = colour;
  for (let i = start; i >= 0; i = marks.next[i]!) {
    ink.alphaOf(i);
    fillShape(pen, shape, marks, i, fine);
    if ((marks.flags[i]! & DOUBLED) !== 0) ring(pen, marks.x[i]!, marks.y[i]!, radius + 3.3, radius + 2, fine);
  }
  if (!prepareFinish(pen, shape, theme)) return;
  for (let i = start; i >= 0; i = marks.next[i]!) {
    ink.alphaOf(i);
    finishShape(pen, shape, marks, i, fine);
  }
}

function stampLook(ink: Ink, start: number, shape: number, colour: string): void {
  const { pen, marks, view: { theme } } = ink;
  for (const holes of hasHoles(shape) ? [false, true] : [false]) {
    pen.fillStyle = holes ? theme.surface : colour;
    for (let i = start; i >= 0; i = marks.next[i]!) {
      ink.alphaOf(i);
      stampShape(pen, shape, marks, i, holes);
    }
  }
}

/** Where a fast one has just been. */
function drawStreaks(ink: Ink): void {
  const { pen, marks, lanes, view: { theme } } = ink;
  let role = -1;
  pen.lineWidth = 2;
  pen.lineCap = 'butt';
  for (const wanted of ROLE_ORDER) {
    for (let i = 0; i < marks.length; i++) {
      if (marks.role[i] !== wanted || marks.lane[i]! < 0) continue;
      if (role !== wanted) { role = wanted; pen.strokeStyle = theme[ROLE_NAMES[role]!]; }
      ink.alphaOf(i, 0.45);
      strokeLane(pen, lanes[marks.lane[i]!]!, marks.tail[i]!, marks.head[i]!);
    }
  }
  ink.alpha(1);
}
function strokeLane(pen: Pen, lane: Lane, from: number, until: number): void {
  if (until - from < 0.5 || lane.points < 2) return;
  pen.beginPath();
  const a = vertexBefore(lane, from), b = vertexBefore(lane, until);
  for (let i = a; i <= b; i++) {
    const span = lane.at[i + 1]! - lane.at[i]!;
    const dx = (lane.x[i + 1]! - lane.x[i]!) / span, dy = (lane.y[i + 1]! - lane.y[i]!) / span;
    const start = Math.max(0, from - lane.at[i]!), end = Math.min(span, until - lane.at[i]!);
    if (i === a) pen.moveTo(lane.x[i]! + dx * start, lane.y[i]! + dy * start);
    pen.lineTo(lane.x[i]! + dx * end, lane.y[i]! + dy * end);
  }
  pen.stroke();
}

/** Dashes, so that shares differ in grey too: [on, off] px; none for what is calm. Short ones would be dear. */
const DASHES: Readonly<Record<number, number[]>> = {
  [ROLE.error]: [7, 4], [ROLE.late]: [3, 8], [ROLE.refused]: [14, 5], [ROLE.throttled]: [4, 4], [ROLE.retry]: [18, 3, 3, 3], [ROLE.faint]: [2, 6],
};
const BAND_ORDER = [ROLE.ink, ROLE.ok, ROLE.faint, ROLE.retry, ROLE.throttled, ROLE.late, ROLE.refused, ROLE.error];
/** Smaller shares are left to the dots. */
const LEAST_SHARE = 0.02;

/** Each share of a band is a stripe of it; from the middle of the link outwards: what is well, then what is not. */
function drawBands(pen: Pen, { bands, geometry }: Scene, { theme, root }: PaintView): void {
  if (bands.length === 0) return;
  pen.lineCap = 'butt';
  for (const role of BAND_ORDER) {
    const dash = DASHES[role];
    pen.globalAlpha = (dash === undefined ? 0.32 : 0.75) * (root === 0 ? 1 : 0.4);
    pen.strokeStyle = theme[ROLE_NAMES[role]!];
    pen.setLineDash(dash ?? []);
    for (const { lane, width, shares } of bands) {
      const share = shares[role]!;
      if (share < LEAST_SHARE) continue;
      let inner = -width / 2;
      for (const below of BAND_ORDER) {
        if (below === role) break;
        inner += shares[below]! * width;
      }
      pen.lineWidth = Math.max(share * width, 1);
      strokeBeside(pen, geometry.lanes[lane]!, inner + (share * width) / 2);
    }
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}
/** Along a lane, so many px to its right; of many vertices every second will do. */
function strokeBeside(pen: Pen, lane: Lane, right: number): void {
  const last = lane.points - 1;
  const step = lane.points > 12 ? 2 : 1;
  pen.beginPath();
  for (let i = 0; i <= last; i = i < last ? Math.min(i + step, last) : i + 1) {
    const x = lane.x[i]! + lane.sideX[i]! * right, y = lane.y[i]! + lane.sideY[i]! * right;
    if (i === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  pen.stroke();
}

/** How many marks lie on each other, outside of their lane. */
function drawPiles(pen: Pen, { piles, geometry }: Scene, { theme }: PaintView): void {
  if (piles.length === 0) return;
  pen.fillStyle = theme.ink;
  pen.font = '600 11px system-ui, sans-serif';
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (let i = 0; i < piles.length; i++) {
    if (piles[i]! < 2) continue;
    const lane = geometry.lanes[Math.floor(i / 3)]!;
    placeOn(lane, thirdOf(i % 3) * lane.length, place);
    pen.fillText(`×${piles[i]}`, place.x - place.uy * 16, place.y + place.ux * 16);
  }
}

/** "1 dot = 50 requests". */
export const perDotText = (perDot: number): string => `1 dot = ${String(perDot).replace(/\B(?=(\d{3})+$)/g, ',')} requests`;

function drawLabel(pen: Pen, { theme, height }: PaintView, perDot: number): void {
  const text = perDotText(perDot);
  pen.fillStyle = theme.surface;
  pen.globalAlpha = 0.88;
  pen.fillRect(8, height - 28, 22 + text.length * 6.4, 20);
  pen.globalAlpha = 1;
  pen.fillStyle = theme.ink;
  disc(pen, 18, height - 18, 4);
  pen.font = '600 12px system-ui, sans-serif';
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(text, 28, height - 17.5);
}
