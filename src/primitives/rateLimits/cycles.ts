/**
 * Cycles with reservation, as resilience4j's AtomicRateLimiter: each cycle gives `limit` permits, unused ones are lost, and whoever may wait
 * takes permits of cycles to come: the count goes below zero. Cycles begin at whole multiples of their length.
 * Exact bound: at most `limit` of cost 1 start in each cycle, so up to 2 · `limit` in some stretch of one cycle's length. A dear one that waits
 * takes what is left of this cycle too, and starts in a later one.
 */
import type { Ms } from '../../kernel/contract.ts';
import { allow, deny, ROUNDING, type Decision, type Peek } from './decision.ts';
import { windowAt } from './fixedWindow.ts';

export interface CyclesTerms {
  /** limitForPeriod: permits of a cycle, ≥ 1. */
  readonly limit: number;
  /** limitRefreshPeriod, > 0. */
  readonly periodMs: Ms;
}
export interface Cycles {
  cycle: number;
  /** Below zero: so many of the cycles to come are taken. */
  permits: number;
}

export const createCycles = ({ limit, periodMs }: CyclesTerms, nowMs: Ms): Cycles => ({ cycle: windowAt(nowMs, periodMs), permits: limit });

function permitsAt(state: Cycles, { limit, periodMs }: CyclesTerms, nowMs: Ms): { cycle: number; permits: number } {
  const cycle = Math.max(state.cycle, windowAt(nowMs, periodMs));
  return { cycle, permits: Math.min(limit, state.permits + (cycle - state.cycle) * limit) };
}
const resetOf = (cycle: number, permits: number, { limit, periodMs }: CyclesTerms, nowMs: Ms): Ms => (permits >= limit ? 0 : (cycle + Math.ceil((limit - permits) / limit - ROUNDING)) * periodMs - nowMs);

export function decideCycles(state: Cycles, terms: CyclesTerms, cost: number, nowMs: Ms, maxWaitMs: Ms = 0): Decision {
  const { limit, periodMs } = terms;
  const { cycle, permits } = permitsAt(state, terms, nowMs);
  const short = cost - permits;
  const waitMs = short <= ROUNDING ? 0 : (cycle + Math.ceil(short / limit - ROUNDING)) * periodMs - nowMs;
  if (cost > limit) return deny(Math.max(0, permits), limit, resetOf(cycle, permits, terms, nowMs), Infinity);
  // To the nanosecond, as resilience4j compares.
  if (waitMs > maxWaitMs + 1e-6) return deny(Math.max(0, permits), limit, resetOf(cycle, permits, terms, nowMs), waitMs - maxWaitMs);
  state.cycle = cycle;
  state.permits = permits - cost;
  return allow(Math.max(0, state.permits), limit, resetOf(cycle, state.permits, terms, nowMs), waitMs);
}

export function peekCycles(state: Cycles, terms: CyclesTerms, nowMs: Ms): Peek {
  const { cycle, permits } = permitsAt(state, terms, nowMs);
  return { remaining: Math.max(0, permits), limit: terms.limit, resetAfterMs: resetOf(cycle, permits, terms, nowMs) };
}
