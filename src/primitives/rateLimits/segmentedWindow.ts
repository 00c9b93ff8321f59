/**
 * A window cut into segments: what was taken in a segment comes back when that segment begins again, one window later. Between the fixed
 * window (one segment) and the log (very many). .NET's SlidingWindowRateLimiter. Segments begin at whole multiples of their length.
 * Exact bound: at most `limit` in any `segments` aligned segments, so in every stretch of (segments − 1) segments; up to 2 · `limit` in a window.
 */
import type { Ms } from '../../kernel/contract.ts';
import { allow, deny, ROUNDING, type Decision, type Peek } from './decision.ts';
import { windowAt } from './fixedWindow.ts';

export interface SegmentedWindowTerms {
  /** Cost that passes in a window, ≥ 1. */
  readonly limit: number;
  /** > 0 */
  readonly windowMs: Ms;
  /** Whole, ≥ 1. */
  readonly segments: number;
}
export interface SegmentedWindow {
  /** The newest segment. */
  segment: number;
  /** Taken in the last segments, by segment modulo their number. */
  used: number[];
}

export const createSegmentedWindow = ({ windowMs, segments }: SegmentedWindowTerms, nowMs: Ms): SegmentedWindow => ({
  segment: windowAt(nowMs, windowMs / segments), used: new Array<number>(segments).fill(0),
});

/** Segments that have begun since are empty. Other terms than those of the state start anew, with what was taken in the newest one. */
function turn(state: SegmentedWindow, { windowMs, segments }: SegmentedWindowTerms, nowMs: Ms): void {
  const now = windowAt(nowMs, windowMs / segments);
  if (state.used.length !== segments) {
    const taken = totalOf(state);
    state.used = new Array<number>(segments).fill(0);
    state.segment = now;
    state.used[now % segments] = taken;
    return;
  }
  for (let k = Math.max(state.segment + 1, now - segments + 1); k <= now; k++) state.used[k % segments] = 0;
  if (now > state.segment) state.segment = now;
}
const totalOf = ({ used }: SegmentedWindow): number => used.reduce((sum, each) => sum + each, 0);

/** Until so much has come back; Infinity if that is more than was taken. */
function untilBack({ segment, used }: SegmentedWindow, { windowMs, segments }: SegmentedWindowTerms, amount: number, nowMs: Ms): Ms {
  let back = 0;
  for (let k = segment - segments + 1; k <= segment; k++) {
    back += used[((k % segments) + segments) % segments]!;
    if (back >= amount - ROUNDING) return ((k + segments) * windowMs) / segments - nowMs;
  }
  return Infinity;
}

export function decideSegmentedWindow(state: SegmentedWindow, terms: SegmentedWindowTerms, cost: number, nowMs: Ms): Decision {
  turn(state, terms, nowMs);
  const taken = totalOf(state);
  const { limit } = terms;
  const resetMs = (sum: number): Ms => (sum > 0 ? untilBack(state, terms, sum, nowMs) : 0);
  if (taken + cost > limit + ROUNDING) return deny(Math.max(0, limit - taken), limit, resetMs(taken), cost > limit ? Infinity : untilBack(state, terms, taken + cost - limit, nowMs));
  state.used[state.segment % terms.segments]! += cost;
  return allow(Math.max(0, limit - taken - cost), limit, resetMs(taken + cost));
}

export function peekSegmentedWindow(state: SegmentedWindow, terms: SegmentedWindowTerms, nowMs: Ms): Peek {
  const copy: SegmentedWindow = { segment: state.segment, used: [...state.used] };
  turn(copy, terms, nowMs);
  const taken = totalOf(copy);
  return { remaining: Math.max(0, terms.limit - taken), limit: terms.limit, resetAfterMs: taken > 0 ? untilBack(copy, terms, taken, nowMs) : 0 };
}
