/**
 * Two counts stand for a sliding window: the window before, weighted by how much of it still lies in the last `windowMs`, and this one.
 * As if the requests of the window before had come evenly; where they came late, more pass: up to 2 · `limit` − 1 in the worst case.
 * (Cloudflare's and many gateways' limit.)
 */
import type { Ms } from '../../kernel/contract.ts';
import { allow, deny, ROUNDING, type Decision, type Peek } from './decision.ts';
import { windowAt } from './fixedWindow.ts';

export interface SlidingCounterTerms {
  /** Cost that passes in a window, as estimated, ≥ 1. */
  readonly limit: number;
  /** > 0 */
  readonly windowMs: Ms;
}
export interface SlidingCounter {
  window: number;
  before: number;
  used: number;
}

export const createSlidingCounter = ({ windowMs }: SlidingCounterTerms, nowMs: Ms): SlidingCounter => ({ window: windowAt(nowMs, windowMs), before: 0, used: 0 });

interface View { window: number; before: number; used: number; elapsed: number }
function viewAt(state: SlidingCounter, windowMs: Ms, nowMs: Ms): View {
  const window = Math.max(state.window, windowAt(nowMs, windowMs));
  const passed = window - state.window;
  const before = passed === 0 ? state.before : passed === 1 ? state.used : 0;
  return { window, before, used: passed === 0 ? state.used : 0, elapsed: Math.min(1, Math.max(0, (nowMs - window * windowMs) / windowMs)) };
}
const estimate = ({ before, used, elapsed }: View): number => before * (1 - elapsed) + used;
const resetOf = ({ window, before, used }: View, windowMs: Ms, nowMs: Ms): Ms => (used > 0 ? (window + 2) * windowMs - nowMs : before > 0 ? (window + 1) * windowMs - nowMs : 0);

export function decideSlidingCounter(state: SlidingCounter, { limit, windowMs }: SlidingCounterTerms, cost: number, nowMs: Ms): Decision {
  const view = viewAt(state, windowMs, nowMs);
  const seen = estimate(view);
  if (seen + cost > limit + ROUNDING) return deny(Math.max(0, limit - seen), limit, resetOf(view, windowMs, nowMs), waitFor(view, limit, windowMs, cost, nowMs));
  view.used += cost;
  state.window = view.window;
  state.before = view.before;
  state.used = view.used;
  return allow(Math.max(0, limit - seen - cost), limit, resetOf(view, windowMs, nowMs));
}

/** Until the weight of the window before has fallen enough; if this window alone is too full, into the next one. */
function waitFor({ window, before, used }: View, limit: number, windowMs: Ms, cost: number, nowMs: Ms): Ms {
  if (cost > limit) return Infinity;
  const room = limit - cost - used;
  if (room >= 0) return Math.max(0, (window + 1 - Math.min(1, room / before)) * windowMs - nowMs);
  return (window + 2 - Math.min(1, (limit - cost) / used)) * windowMs - nowMs;
}

export function peekSlidingCounter(state: SlidingCounter, { limit, windowMs }: SlidingCounterTerms, nowMs: Ms): Peek {
  const view = viewAt(state, windowMs, nowMs);
  return { remaining: Math.max(0, limit - estimate(view)), limit, resetAfterMs: resetOf(view, windowMs, nowMs) };
}
