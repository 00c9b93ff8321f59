/**
 * The marks as strokes of a pen. Every mark is a fill of its own: in a software canvas that is cheaper than one large path per colour,
 * and rings as polygons cost half of stroked arcs. Colours are set by the caller, once per look.
 */
import type { PaintTheme } from '../protocol/paint.ts';
import { SHAPE, type Marks } from './marks.ts';
import type { Pen } from './pen.ts';

const TURN = Math.PI * 2;
const CORNERS = 12;
const COS = Array.from({ length: CORNERS }, (_, i) => Math.cos((TURN * i) / CORNERS));
const SIN = Array.from({ length: CORNERS }, (_, i) => Math.sin((TURN * i) / CORNERS));

export function disc(pen: Pen, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, TURN);
  pen.fill();
}
/** A ring; `fine` with true arcs. */
export function ring(pen: Pen, x: number, y: number, outer: number, inner: number, fine: boolean): void {
  pen.beginPath();
  if (fine) {
    pen.arc(x, y, outer, 0, TURN);
    pen.closePath();
    pen.moveTo(x + inner, y);
    pen.arc(x, y, inner, TURN, 0, true);
  } else {
    pen.moveTo(x + outer, y);
    for (let i = 1; i < CORNERS; i++) pen.lineTo(x + outer * COS[i]!, y + outer * SIN[i]!);
    pen.closePath();
    pen.moveTo(x + inner, y);
    for (let i = CORNERS - 1; i > 0; i--) pen.lineTo(x + inner * COS[i]!, y + inner * SIN[i]!);
  }
  pen.closePath();
  pen.fill();
}
function cross(pen: Pen, x: number, y: number, a: number, b: number): void {
  pen.beginPath();
  pen.moveTo(x - a, y - a + b); pen.lineTo(x - a + b, y - a); pen.lineTo(x, y - b); pen.lineTo(x + a - b, y - a);
  pen.lineTo(x + a, y - a + b); pen.lineTo(x + b, y); pen.lineTo(x + a, y + a - b); pen.lineTo(x + a - b, y + a);
  pen.lineTo(x, y + b); pen.lineTo(x - a + b, y + a); pen.lineTo(x - a, y + a - b); pen.lineTo(x - b, y);
  pen.closePath();
  pen.fill();
}
/** A disc without the right half of its inside. */
function half(pen: Pen, x: number, y: number, outer: number, inner: number): void {
  pen.beginPath();
  pen.arc(x, y, outer, 0, TURN);
  pen.closePath();
  pen.moveTo(x, y + inner);
  pen.arc(x, y, inner, TURN / 4, -TURN / 4, true);
  pen.closePath();
  pen.fill();
}
function triangle(pen: Pen, x: number, y: number, r: number): void {
  pen.beginPath();
  pen.moveTo(x, y - r);
  pen.lineTo(x + r * 0.98, y + r * 0.74);
  pen.lineTo(x - r * 0.98, y + r * 0.74);
  pen.closePath();
}
/** A short bar across the way. */
function tick(pen: Pen, x: number, y: number, ux: number, uy: number): void {
  const ax = ux * 0.9, ay = uy * 0.9, bx = 0 - uy * 4.5, by = ux * 4.5;
  pen.beginPath();
  pen.moveTo(x + ax + bx, y + ay + by); pen.lineTo(x + ax - bx, y + ay - by);
  pen.lineTo(x - ax - bx, y - ay - by); pen.lineTo(x - ax + bx, y - ay + by);
  pen.closePath();
  pen.fill();
}

/** Four short rays around nothing: it was here. */
function burst(pen: Pen, x: number, y: number): void {
  const near = 1.6, far = 4.4, w = 0.65;
  pen.beginPath();
  for (let i = 0; i < 4; i++) {
    const sx = i < 2 ? 1 : -1, sy = i === 1 || i === 2 ? 1 : -1;
    pen.moveTo(x + sx * (near - w), y + sy * (near + w)); pen.lineTo(x + sx * (far - w), y + sy * (far + w));
    pen.lineTo(x + sx * (far + w), y + sy * (far - w)); pen.lineTo(x + sx * (near + w), y + sy * (near - w));
    pen.closePath();
  }
  pen.fill();
}

/** Outer reach of each shape, for halos, doubled outlines and rings around the followed one. */
export const RADIUS: readonly number[] = [4, 4.7, 4.6, 5.4, 4.5, 4.5, 6, 6.5, 6.5, 4.5, 4, 4.9];

/** Fills one mark of a shape in the current colour. */
export function fillShape(pen: Pen, shape: number, marks: Marks, i: number, fine: boolean): void {
  const x = marks.x[i]!, y = marks.y[i]!;
  switch (shape) {
    case SHAPE.dot: disc(pen, x, y, 4); return;
    case SHAPE.ring: ring(pen, x, y, 4.7, 2.6, fine); return;
    case SHAPE.stale: ring(pen, x, y, 4.9, 3.4, fine); disc(pen, x, y, 1.6); return;
    case SHAPE.cross: cross(pen, x, y, 4.6, 1.6); return;
    case SHAPE.half: half(pen, x, y, 5.4, 4); return;
    case SHAPE.hollow: ring(pen, x, y, 4.5, 3.2, fine); return;
    case SHAPE.square: pen.fillRect(x - 4.5, y - 4.5, 9, 9); return;
    case SHAPE.triangle: triangle(pen, x, y, 6); pen.fill(); return;
    case SHAPE.retry: disc(pen, x, y, 6.5); return;
    case SHAPE.envelope: pen.fillRect(x - 6, y - 4, 12, 8); return;
    case SHAPE.tick: tick(pen, x, y, marks.ux[i]!, marks.uy[i]!); return;
    case SHAPE.vanished: burst(pen, x, y);
  }
}

/** Sets the pen up for `finishShape`; false when a shape needs no second colour. */
export function prepareFinish(pen: Pen, shape: number, theme: PaintTheme): boolean {
  switch (shape) {
    case SHAPE.retry:
      pen.fillStyle = theme.surface; pen.strokeStyle = theme.retry; pen.lineWidth = 1.2; pen.lineCap = 'round';
      pen.font = '700 9px system-ui, sans-serif'; pen.textAlign = 'center'; pen.textBaseline = 'middle';
      return true;
    case SHAPE.envelope: pen.strokeStyle = theme.surface; pen.lineWidth = 1.3; pen.lineJoin = 'round'; return true;
    case SHAPE.triangle: pen.strokeStyle = theme.ink; pen.lineWidth = 1.2; pen.lineJoin = 'round'; return true;
    default: return false;
  }
}
/** What a shape has in a second colour: the number of the attempt with its arc, the flap of the envelope, the outline of the triangle. */
export function finishShape(pen: Pen, shape: number, marks: Marks, i: number, fine: boolean): void {
  const x = marks.x[i]!, y = marks.y[i]!;
  if (shape === SHAPE.retry) {
    // Attempt 0 is the first try, which people call attempt 1.
    pen.fillText(String(marks.attempt[i]! + 1), x, y + 0.5);
    if (!fine) return;
    const back = Math.atan2(0 - marks.uy[i]!, 0 - marks.ux[i]!);
    pen.beginPath();
    pen.arc(x, y, 9, back - TURN / 5, back + TURN / 5);
    pen.stroke();
  } else if (shape === SHAPE.envelope) {
    pen.beginPath();
    pen.moveTo(x - 5, y - 3); pen.lineTo(x, y + 1); pen.lineTo(x + 5, y - 3);
    pen.stroke();
  } else {
    triangle(pen, x, y, 6);
    pen.stroke();
  }
}

/** Rectangles (x, y, width, height from the middle) that stand for each shape among very many; the second list is punched out. */
const STAMPS: readonly { readonly full: readonly (readonly number[])[]; readonly holes: readonly (readonly number[])[] }[] = [
  { full: [[-2.5, -2.5, 5, 5]], holes: [] },
  { full: [[-3.5, -3.5, 7, 7]], holes: [[-1.5, -1.5, 3, 3]] },
  { full: [[-4, -1.25, 8, 2.5], [-1.25, -4, 2.5, 8]], holes: [] },
  { full: [[-3.5, -3.5, 7, 7]], holes: [[0.5, -2.5, 2, 5]] },
  { full: [[-3, -3, 6, 6]], holes: [[-2, -2, 4, 4]] },
  { full: [[-4, -4, 8, 8]], holes: [] },
  { full: [[-4, 0, 8, 3], [-2, -3.5, 4, 3.5]], holes: [] },
  { full: [[-4, -4, 8, 8]], holes: [[-0.75, -2.5, 1.5, 5]] },
  { full: [[-5, -3, 10, 6]], holes: [[-4, -1.5, 8, 1]] },
  { full: [[-1, -4, 2, 8]], holes: [] },
  { full: [[-2, -2, 1.5, 1.5], [0.5, 0.5, 1.5, 1.5], [0.5, -2, 1.5, 1.5], [-2, 0.5, 1.5, 1.5]], holes: [] },
  { full: [[-3.5, -3.5, 7, 7]], holes: [[-2.25, -2.25, 4.5, 1.5], [-2.25, 0.75, 4.5, 1.5]] },
];
/** Stamps a mark with rectangles alone: its body, or what is punched out of it in the surface's colour. */
export function stampShape(pen: Pen, shape: number, marks: Marks, i: number, holes: boolean): void {
  const stamp = STAMPS[shape]!;
  const x = marks.x[i]!, y = marks.y[i]!;
  const rectangles = holes ? stamp.holes : stamp.full;
  for (let r = 0; r < rectangles.length; r++) {
    const [dx, dy, width, height] = rectangles[r] as [number, number, number, number];
    pen.fillRect(x + dx, y + dy, width, height);
  }
}
export const hasHoles = (shape: number): boolean => STAMPS[shape]!.holes.length > 0;
