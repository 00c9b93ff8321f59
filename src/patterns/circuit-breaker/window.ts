/** What the breaker remembers of past results, and the rates it takes from that. */
import { OUTCOME_KINDS, type Json, type Ms, type OutcomeKind } from '../../kernel/contract.ts';
import {
  addToWindow, advanceWindow, bucketsAt, createRing, createTimeWindow, flagged, percentOf, recordInRing, reshapeWindow, resizeRing, ringCells, totalsAt,
  type CountRing, type TimeWindow, type WindowShape,
} from '../../primitives/rollingWindow.ts';
import type { BreakerParams } from './params.ts';

const FAILED = 1;
const SLOW = 2;
/** Columns of a time window. */
const COLUMN = { calls: 0, failed: 1, slow: 2, fired: 3 } as const;
const COLUMNS = 4;

export type BreakerWindow = { readonly type: 'COUNT'; readonly ring: CountRing } | { readonly type: 'TIME'; readonly time: TimeWindow };

export interface Result {
  readonly failed: boolean;
  readonly slow: boolean;
  readonly outcome: OutcomeKind;
}
/** Counts of a window. `base` is what rates are a share of. */
export interface Tally {
  readonly calls: number;
  readonly failed: number;
  readonly slow: number;
  readonly base: number;
}
/** Rates in percent, null (not applicable) below the minimum; and whether they reached their thresholds. */
export interface Rates {
  readonly failureRate: number | null;
  readonly slowRate: number | null;
  readonly tooManyFailed: boolean;
  readonly tooManySlow: boolean;
}

const shapeOf = (params: BreakerParams): WindowShape => ({
  bucketMs: params.slidingWindowBucketMs,
  buckets: Math.max(1, Math.ceil(params.slidingWindowSizeMs / params.slidingWindowBucketMs)),
  rotation: params.bucketRotation,
});

export function createWindow(params: BreakerParams): BreakerWindow {
  return params.slidingWindowType === 'COUNT'
    ? { type: 'COUNT', ring: createRing(params.slidingWindowSizeCalls) }
    : { type: 'TIME', time: createTimeWindow(shapeOf(params), COLUMNS) };
}

/** The window under changed parameters: what still fits of the newest results is kept, but the two types cannot be turned into each other. */
export function fitWindow(window: BreakerWindow, params: BreakerParams, nowMs: Ms): BreakerWindow {
  if (window.type !== params.slidingWindowType) return createWindow(params);
  if (window.type === 'COUNT') {
    return window.ring.size === params.slidingWindowSizeCalls ? window : { type: 'COUNT', ring: resizeRing(window.ring, params.slidingWindowSizeCalls) };
  }
  const shape = shapeOf(params);
  const { bucketMs, buckets, rotation } = window.time;
  const same = bucketMs === shape.bucketMs && buckets === shape.buckets && rotation === shape.rotation;
  return same ? window : { type: 'TIME', time: reshapeWindow(window.time, shape, nowMs) };
}

/** Counts an arrival; only a time window knows of arrivals. */
export function recordArrival(window: BreakerWindow, nowMs: Ms): void {
  if (window.type === 'TIME') addToWindow(window.time, nowMs, COLUMN.fired);
}

export function recordResult(window: BreakerWindow, result: Result, nowMs: Ms): void {
  if (window.type === 'COUNT') {
    recordInRingOf(window.ring, result, nowMs);
    return;
  }
  addToWindow(window.time, nowMs, COLUMN.calls);
  if (result.failed) addToWindow(window.time, nowMs, COLUMN.failed);
  if (result.slow) addToWindow(window.time, nowMs, COLUMN.slow);
}

export function recordInRingOf(ring: CountRing, result: Result, nowMs: Ms): void {
  recordInRing(ring, (result.failed ? FAILED : 0) | (result.slow ? SLOW : 0), nowMs, OUTCOME_KINDS.indexOf(result.outcome));
}

export const tallyOfRing = (ring: CountRing): Tally => ({ calls: ring.filled, failed: flagged(ring, FAILED), slow: flagged(ring, SLOW), base: ring.filled });

function tallyOfTotals(totals: ArrayLike<number>, params: BreakerParams): Tally {
  const calls = totals[COLUMN.calls]!;
  // An arrival can leave the window before its result comes in; a share never exceeds its whole.
  const base = params.rateBase === 'fired' ? Math.max(calls, totals[COLUMN.fired]!) : calls;
  return { calls, failed: totals[COLUMN.failed]!, slow: totals[COLUMN.slow]!, base };
}

/** Counts as of now; lets go of what has aged out. */
export function tally(window: BreakerWindow, params: BreakerParams, nowMs: Ms): Tally {
  if (window.type === 'COUNT') return tallyOfRing(window.ring);
  advanceWindow(window.time, nowMs);
  return tallyOfTotals(window.time.totals, params);
}

/** The same without touching the window, for instruments. */
export const tallyAt = (window: BreakerWindow, params: BreakerParams, nowMs: Ms): Tally =>
  window.type === 'COUNT' ? tallyOfRing(window.ring) : tallyOfTotals(totalsAt(window.time, nowMs), params);

/** Below so many calls there is no rate; a count window clamps it to what it can hold. */
export const minimumOf = (window: BreakerWindow, params: BreakerParams): number =>
  window.type === 'COUNT' ? Math.min(params.minimumNumberOfCalls, window.ring.size) : params.minimumNumberOfCalls;

export function ratesOf({ failed, slow, base }: Tally, minimum: number, params: BreakerParams): Rates {
  if (base < minimum || base === 0) return { failureRate: null, slowRate: null, tooManyFailed: false, tooManySlow: false };
  return {
    failureRate: percentOf(failed, base),
    slowRate: percentOf(slow, base),
    tooManyFailed: reaches(failed, params.failureRateThresholdPercent, base, params.tripOn),
    tooManySlow: params.recordSlowCalls && reaches(slow, params.slowCallRateThresholdPercent, base, params.tripOn),
  };
}

/** Compares without dividing, so that 1 of 3 at a threshold of a third is no matter of rounding. */
const reaches = (part: number, thresholdPercent: number, whole: number, tripOn: BreakerParams['tripOn']): boolean =>
  tripOn === 'atLeast' ? part * 100 >= thresholdPercent * whole : part * 100 > thresholdPercent * whole;

export const percentText = (percent: number | null): number | null => (percent === null ? null : Math.round(percent * 10) / 10);
export const durationText = (ms: Ms): string => (ms >= 1000 ? `${Math.round(ms / 10) / 100} s` : `${Math.round(ms * 1000) / 1000} ms`);

/** What the rates are over, in words. */
export const windowText = (window: BreakerWindow): string =>
  window.type === 'COUNT' ? `the window of ${window.ring.size}` : `the ${durationText(window.time.bucketMs * window.time.buckets)} window`;

/** The cells of a ring for an instrument: outcome codes as in OUTCOME_KINDS. */
export const ringView = (ring: CountRing): Json => ({
  shape: 'ring', size: ring.size,
  cells: ringCells(ring).map((cell) => ({ outcome: cell.tag, failed: (cell.flags & FAILED) > 0, slow: (cell.flags & SLOW) > 0, atMs: cell.atMs })),
});

export function windowView(window: BreakerWindow, nowMs: Ms): Json {
  if (window.type === 'COUNT') return ringView(window.ring);
  const { bucketMs, buckets } = window.time;
  return {
    shape: 'buckets', size: buckets, bucketMs,
    buckets: bucketsAt(window.time, nowMs).map(({ fromMs, counts }) => ({
      fromMs, calls: counts[COLUMN.calls]!, failed: counts[COLUMN.failed]!, slow: counts[COLUMN.slow]!, fired: counts[COLUMN.fired]!,
    })),
  };
}
