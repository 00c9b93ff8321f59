/** The marks of one frame as parallel arrays: what is where, how it looks, and which row of the history it stands for. */
import type { PaintTheme } from '../protocol/paint.ts';
import { OUTCOME } from './codes.ts';

export const SHAPE = {
  dot: 0, ring: 1, cross: 2, half: 3, hollow: 4, square: 5, triangle: 6, retry: 7, envelope: 8, tick: 9, vanished: 10, stale: 11,
} as const;
export const SHAPE_NAMES = Object.keys(SHAPE) as readonly (keyof typeof SHAPE)[];
export const ROLE = { ink: 0, ok: 1, error: 2, late: 3, refused: 4, throttled: 5, retry: 6, faint: 7, surface: 8 } as const;
export const ROLE_NAMES = Object.keys(ROLE) as readonly (keyof PaintTheme)[];

/** How an answer looks, by outcome code. */
export const OUTCOME_SHAPE = new Uint8Array(16).fill(SHAPE.cross);
export const OUTCOME_ROLE = new Uint8Array(16).fill(ROLE.error);
const look = (outcome: number, shape: number, role: number) => { OUTCOME_SHAPE[outcome] = shape; OUTCOME_ROLE[outcome] = role; };
look(OUTCOME.ok, SHAPE.ring, ROLE.ok);
look(OUTCOME.timeout, SHAPE.half, ROLE.late);
look(OUTCOME.throttled, SHAPE.triangle, ROLE.throttled);
look(OUTCOME.rejected, SHAPE.square, ROLE.refused);
look(OUTCOME.cancelled, SHAPE.hollow, ROLE.faint);
look(OUTCOME.stale, SHAPE.stale, ROLE.ok);

/** Bits of `flags`. */
export const DOUBLED = 1;
/** The followed request: drawn with a ring around it. */
export const FOLLOWED = 2;
/** Somebody else's while one request is followed. */
export const FAINT = 4;

export interface Marks {
  length: number;
  /** Canvas position in CSS px, and the unit vector of travel. */
  x: Float64Array;
  y: Float64Array;
  ux: Float64Array;
  uy: Float64Array;
  alpha: Float32Array;
  shape: Uint8Array;
  role: Uint8Array;
  attempt: Uint8Array;
  flags: Uint8Array;
  /** A streak along this lane (-1: none) between two distances. */
  lane: Int32Array;
  tail: Float32Array;
  head: Float32Array;
  /** Row of the segment's hops, or -1 - row of its spots. */
  segment: Int32Array;
  row: Int32Array;
  /** Used while drawing: next mark of the same look. */
  next: Int32Array;
}

export const createMarks = (size: number): Marks => ({
  length: 0, x: new Float64Array(size), y: new Float64Array(size), ux: new Float64Array(size), uy: new Float64Array(size),
  alpha: new Float32Array(size), shape: new Uint8Array(size), role: new Uint8Array(size), attempt: new Uint8Array(size), flags: new Uint8Array(size),
  lane: new Int32Array(size), tail: new Float32Array(size), head: new Float32Array(size), segment: new Int32Array(size), row: new Int32Array(size),
  next: new Int32Array(size),
});

/** Doubles every array in place. */
export function growMarks(marks: Marks): void {
  const holder = marks as unknown as Record<string, Float64Array | number>;
  for (const [name, old] of Object.entries(holder)) {
    if (typeof old === 'number') continue;
    const Column = old.constructor as new (size: number) => Float64Array;
    const wide = new Column(old.length * 2);
    wide.set(old);
    holder[name] = wide;
  }
}
