/**
 * An even rate that begins low and rises: whoever was idle is cold, and a cold start is `coldFactor` times as slow as the stable rate. Guava's
 * SmoothWarmingUp, Sentinel's WARM_UP (the rate line of both). Permits are stored while nobody comes; stored ones beyond the threshold are dear,
 * the dearer the more are stored: the interval falls in a straight line from coldFactor / rate to 1 / rate.
 * From cold, the rate reaches its full height after `periodMs` of steady demand.
 */
import type { Ms } from '../../kernel/contract.ts';
import { allow, deny, ROUNDING, type Decision, type Peek } from './decision.ts';

export interface WarmUpTerms {
  /** The stable rate, > 0. */
  readonly ratePerSecond: number;
  /** How long it takes to warm up under steady demand, > 0. */
  readonly periodMs: Ms;
  /** > 1; Guava's and Sentinel's is 3. */
  readonly coldFactor: number;
}
export interface WarmUp {
  stored: number;
  nextFreeMs: Ms;
}

interface Slope { readonly stableMs: Ms; readonly threshold: number; readonly max: number; readonly perPermitMs: number }
/** Stored permits at which it begins to be cold, and at most; the line between them. */
export function slopeOf({ ratePerSecond, periodMs, coldFactor }: WarmUpTerms): Slope {
  const stableMs = 1000 / ratePerSecond;
  const threshold = periodMs / stableMs / (coldFactor - 1);
  const max = threshold + (2 * periodMs) / (stableMs * (1 + coldFactor));
  return { stableMs, threshold, max, perPermitMs: (stableMs * (coldFactor - 1)) / (max - threshold) };
}

/** Cold. */
export const createWarmUp = (terms: WarmUpTerms, nowMs: Ms): WarmUp => ({ stored: slopeOf(terms).max, nextFreeMs: nowMs });

/** While nobody comes it cools: from warm to cold in one period. */
function storedAt({ stored, nextFreeMs }: WarmUp, { max }: Slope, periodMs: Ms, nowMs: Ms): number {
  return Math.min(max, nowMs > nextFreeMs ? stored + ((nowMs - nextFreeMs) * max) / periodMs : stored);
}
/** How long the way is clear no more after so much has been let through from that store. */
function priceMs({ stableMs, threshold, perPermitMs }: Slope, stored: number, cost: number): Ms {
  const above = Math.max(0, stored - threshold);
  const dear = Math.min(above, Math.min(cost, stored));
  // The area under the line from `above` down to `above − dear`, and the stable price of all.
  return cost * stableMs + dear * (above - dear / 2) * perPermitMs;
}

export function decideWarmUp(state: WarmUp, terms: WarmUpTerms, cost: number, nowMs: Ms, maxWaitMs: Ms = 0): Decision {
  const slope = slopeOf(terms);
  const waitMs = Math.max(0, state.nextFreeMs - nowMs);
  if (waitMs > maxWaitMs + ROUNDING) return deny(0, 1, resetOf(state, slope, terms, nowMs), waitMs - maxWaitMs);
  const stored = storedAt(state, slope, terms.periodMs, nowMs);
  state.nextFreeMs = nowMs + waitMs + priceMs(slope, stored, cost);
  state.stored = Math.max(0, stored - cost);
  return allow(state.nextFreeMs - nowMs > maxWaitMs + ROUNDING ? 0 : 1, 1, resetOf(state, slope, terms, nowMs), waitMs);
}
/** Until it is as cold as at the beginning. */
const resetOf = (state: WarmUp, { max }: Slope, { periodMs }: WarmUpTerms, nowMs: Ms): Ms => Math.max(0, state.nextFreeMs + ((max - state.stored) * periodMs) / max - nowMs);

export function peekWarmUp(state: WarmUp, terms: WarmUpTerms, nowMs: Ms, maxWaitMs: Ms = 0): Peek {
  return { remaining: state.nextFreeMs - nowMs > maxWaitMs + ROUNDING ? 0 : 1, limit: 1, resetAfterMs: resetOf(state, slopeOf(terms), terms, nowMs) };
}
/** The rate that it would let through now, under steady demand. */
export function warmUpRate(state: WarmUp, terms: WarmUpTerms, nowMs: Ms): number {
  const slope = slopeOf(terms);
  return 1000 / (slope.stableMs + Math.max(0, storedAt(state, slope, terms.periodMs, nowMs) - slope.threshold) * slope.perPermitMs);
}
