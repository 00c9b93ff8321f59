/**
 * How often each of many keys was asked for lately, in a few bytes per key: a count-min sketch of 4-bit counters whose counts are halved
 * every so often (TinyLFU). Estimates are never too low before the next halving; they may be too high where keys collide.
 * Source: G. Einziger, R. Friedman, B. Manes, TinyLFU: A Highly Efficient Cache Admission Policy (2017); Caffeine FrequencySketch.
 */
import { hashText, mix2 } from '../kernel/random.ts';

export interface FrequencySketch {
  /** Four rows of `width` counters, 0 to 15. */
  readonly counters: Uint8Array;
  readonly width: number;
  /** Counts since the last halving. */
  additions: number;
  /** Counts after which all are halved. */
  readonly sample: number;
}
const ROWS = 4;
const HIGHEST = 15;
const WIDEST = 1 << 16;

/** @param capacity how many keys are to be told apart, ≥ 0; the counts are halved after ten times as many additions */
export function createSketch(capacity: number): FrequencySketch {
  let width = 64;
  while (width < 4 * capacity && width < WIDEST) width *= 2;
  return { counters: new Uint8Array(ROWS * width), width, additions: 0, sample: 10 * Math.max(1, capacity) };
}

const cellOf = (sketch: FrequencySketch, hash: number, row: number): number => row * sketch.width + ((mix2(hash, row + 1) >>> 0) % sketch.width);

/** Counts one use of a key. Conservative: only the lowest of its four counters grow. */
export function countUse(sketch: FrequencySketch, key: string): void {
  const hash = hashText(key);
  const least = estimate(sketch, hash);
  if (least >= HIGHEST) return;
  for (let row = 0; row < ROWS; row++) {
    const cell = cellOf(sketch, hash, row);
    if (sketch.counters[cell] === least) sketch.counters[cell] = least + 1;
  }
  if (++sketch.additions < sketch.sample) return;
  for (let i = 0; i < sketch.counters.length; i++) sketch.counters[i]! >>= 1;
  sketch.additions >>= 1;
}

/** Uses of a key lately, 0 to 15. */
export const usesOf = (sketch: FrequencySketch, key: string): number => estimate(sketch, hashText(key));

function estimate(sketch: FrequencySketch, hash: number): number {
  let least = HIGHEST;
  for (let row = 0; row < ROWS; row++) least = Math.min(least, sketch.counters[cellOf(sketch, hash, row)]!);
  return least;
}
