/**
 * A queue that leaks at an even rate (leaky bucket as a shaper): requests leave one by one, 1 / rate apart; who would wait too long, or find
 * the queue full, is turned away. Sentinel's RATE_LIMITER, nginx `limit_req` with a burst. Exact bound: any two admitted starts lie cost / rate apart.
 */
import type { Ms } from '../../kernel/contract.ts';
import { allow, deny, ROUNDING, type Decision, type Peek } from './decision.ts';

export interface PacingTerms {
  /** > 0 */
  readonly ratePerSecond: number;
  /** Cost that may wait, ≥ 0; Infinity for a queue limited by time alone. */
  readonly depth: number;
}
export interface Pacing {
  /** When the next one may start. */
  nextFreeMs: Ms;
}

export const createPacing = (): Pacing => ({ nextFreeMs: 0 });

export function decidePacing(state: Pacing, { ratePerSecond, depth }: PacingTerms, cost: number, nowMs: Ms, maxWaitMs: Ms = 0): Decision {
  const stepMs = (cost * 1000) / ratePerSecond;
  const waitMs = Math.max(0, state.nextFreeMs - nowMs);
  const limit = depth + 1;
  const longestMs = Math.min(maxWaitMs, (depth * 1000) / ratePerSecond);
  if (waitMs > longestMs + ROUNDING) return deny(0, limit, waitMs, waitMs - longestMs);
  state.nextFreeMs = nowMs + waitMs + stepMs;
  return allow(roomOf(waitMs + stepMs, longestMs, ratePerSecond), limit, waitMs + stepMs, waitMs);
}
/** How many more would be taken: the one that starts now or waits, and all that fit behind it. */
const roomOf = (aheadMs: Ms, longestMs: Ms, ratePerSecond: number): number => (aheadMs > longestMs + ROUNDING ? 0 : Math.floor(((longestMs - aheadMs) * ratePerSecond) / 1000 + ROUNDING) + 1);

export function peekPacing(state: Pacing, { ratePerSecond, depth }: PacingTerms, nowMs: Ms, maxWaitMs: Ms = 0): Peek {
  const aheadMs = Math.max(0, state.nextFreeMs - nowMs);
  return { remaining: roomOf(aheadMs, Math.min(maxWaitMs, (depth * 1000) / ratePerSecond), ratePerSecond), limit: depth + 1, resetAfterMs: aheadMs };
}
