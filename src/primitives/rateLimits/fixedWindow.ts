/**
 * So many in each window of the clock; windows begin at whole multiples of their length. The cheapest limit there is: two numbers a key.
 * Exact bound: at most `limit` in each aligned window, so up to 2 · `limit` in some stretch of one window's length (the boundary).
 */
import type { Ms } from '../../kernel/contract.ts';
import { allow, deny, ROUNDING, type Decision, type Peek } from './decision.ts';

export interface FixedWindowTerms {
  /** Cost that passes in a window, ≥ 1. */
  readonly limit: number;
  /** > 0 */
  readonly windowMs: Ms;
}
export interface FixedWindow {
  /** Which window the count is of: its beginning is window · windowMs. */
  window: number;
  used: number;
}

/** The window that this time lies in, one rounding of a division notwithstanding. */
export function windowAt(nowMs: Ms, windowMs: Ms): number {
  const window = Math.floor(nowMs / windowMs);
  return (window + 1) * windowMs <= nowMs ? window + 1 : window;
}

export const createFixedWindow = ({ windowMs }: FixedWindowTerms, nowMs: Ms): FixedWindow => ({ window: windowAt(nowMs, windowMs), used: 0 });

export function decideFixedWindow(state: FixedWindow, terms: FixedWindowTerms, cost: number, nowMs: Ms): Decision {
  const { limit, windowMs } = terms;
  const window = Math.max(state.window, windowAt(nowMs, windowMs));
  const used = window === state.window ? state.used : 0;
  const endsInMs = (window + 1) * windowMs - nowMs;
  if (used + cost > limit + ROUNDING) return deny(Math.max(0, limit - used), limit, used > 0 ? endsInMs : 0, cost > limit ? Infinity : endsInMs);
  state.window = window;
  state.used = used + cost;
  return allow(Math.max(0, limit - state.used), limit, endsInMs);
}

export function peekFixedWindow(state: FixedWindow, { limit, windowMs }: FixedWindowTerms, nowMs: Ms): Peek {
  const window = Math.max(state.window, windowAt(nowMs, windowMs));
  const used = window === state.window ? state.used : 0;
  return { remaining: Math.max(0, limit - used), limit, resetAfterMs: used > 0 ? (window + 1) * windowMs - nowMs : 0 };
}
