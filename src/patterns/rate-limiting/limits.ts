/** Every algorithm behind one door: make a key's state, ask it, look at it. The terms are plain JSON, so that they can travel to a store. */
import type { Json, Ms } from '../../kernel/contract.ts';
import { createConcurrency, decideConcurrency, peekConcurrency, type Concurrency } from '../../primitives/rateLimits/concurrency.ts';
import { createCycles, decideCycles, peekCycles, type Cycles } from '../../primitives/rateLimits/cycles.ts';
import type { Decision, Peek } from '../../primitives/rateLimits/decision.ts';
import { createFixedWindow, decideFixedWindow, peekFixedWindow, windowAt, type FixedWindow } from '../../primitives/rateLimits/fixedWindow.ts';
import { createGcra, decideGcra, peekGcra, reconfigureGcra, type Gcra } from '../../primitives/rateLimits/gcra.ts';
import { createPacing, decidePacing, peekPacing, type Pacing } from '../../primitives/rateLimits/pacing.ts';
import { createSegmentedWindow, decideSegmentedWindow, peekSegmentedWindow, type SegmentedWindow } from '../../primitives/rateLimits/segmentedWindow.ts';
import { createSlidingCounter, decideSlidingCounter, peekSlidingCounter, type SlidingCounter } from '../../primitives/rateLimits/slidingCounter.ts';
import { createSlidingLog, decideSlidingLog, peekSlidingLog, type SlidingLog } from '../../primitives/rateLimits/slidingLog.ts';
import { createBucket, decideBucket, peekBucket, reconfigureBucket, toNs, type Refill, type TokenBucket } from '../../primitives/rateLimits/tokenBucket.ts';
import { createWarmUp, decideWarmUp, peekWarmUp, slopeOf, type WarmUp } from '../../primitives/rateLimits/warmUp.ts';

export const ALGORITHMS = ['tokenBucket', 'gcra', 'leakyQueue', 'fixedWindow', 'slidingLog', 'slidingCounter', 'segmentedWindow', 'cycles', 'warmUp', 'concurrency'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** What a limiter's parameters say of the limit itself. A type, not an interface: it must be JSON. */
export type Terms = {
  readonly algorithm: Algorithm;
  readonly capacity: number;
  readonly ratePerSecond: number;
  readonly refill: Refill;
  readonly fillMs: Ms;
  readonly limit: number;
  readonly windowMs: Ms;
  readonly segments: number;
  /** Of the leaky queue. */
  readonly depth: number;
  readonly periodMs: Ms;
  readonly coldFactor: number;
  readonly reservedRatio: number;
};
export type Limit =
  | { readonly kind: 'tokenBucket'; readonly state: TokenBucket } | { readonly kind: 'gcra'; readonly state: Gcra } | { readonly kind: 'leakyQueue'; readonly state: Pacing }
  | { readonly kind: 'fixedWindow'; readonly state: FixedWindow } | { readonly kind: 'slidingLog'; readonly state: SlidingLog } | { readonly kind: 'slidingCounter'; readonly state: SlidingCounter }
  | { readonly kind: 'segmentedWindow'; readonly state: SegmentedWindow } | { readonly kind: 'cycles'; readonly state: Cycles } | { readonly kind: 'warmUp'; readonly state: WarmUp }
  | { readonly kind: 'concurrency'; readonly state: Concurrency };

/** Algorithms that give an amount for a window; the others a rate. */
export const isWindowed = (algorithm: Algorithm): boolean => algorithm === 'fixedWindow' || algorithm === 'slidingLog' || algorithm === 'slidingCounter' || algorithm === 'segmentedWindow' || algorithm === 'cycles';
/** Those whose "wait so long" is a place that is kept; the others queue and ask again. */
export const canReserve = (algorithm: Algorithm): boolean => algorithm === 'tokenBucket' || algorithm === 'gcra' || algorithm === 'leakyQueue' || algorithm === 'cycles' || algorithm === 'warmUp';

export function createLimit(terms: Terms, nowMs: Ms): Limit {
  switch (terms.algorithm) {
    case 'tokenBucket': return { kind: 'tokenBucket', state: createBucket(terms, nowMs) };
    case 'gcra': return { kind: 'gcra', state: createGcra(terms, nowMs) };
    case 'leakyQueue': return { kind: 'leakyQueue', state: createPacing() };
    case 'fixedWindow': return { kind: 'fixedWindow', state: createFixedWindow(terms, nowMs) };
    case 'slidingLog': return { kind: 'slidingLog', state: createSlidingLog() };
    case 'slidingCounter': return { kind: 'slidingCounter', state: createSlidingCounter(terms, nowMs) };
    case 'segmentedWindow': return { kind: 'segmentedWindow', state: createSegmentedWindow(terms, nowMs) };
    case 'cycles': return { kind: 'cycles', state: createCycles({ limit: terms.limit, periodMs: terms.windowMs }, nowMs) };
    case 'warmUp': return { kind: 'warmUp', state: createWarmUp(terms, nowMs) };
    case 'concurrency': return { kind: 'concurrency', state: createConcurrency() };
  }
}

export interface Ask {
  readonly cost: number;
  readonly nowMs: Ms;
  readonly maxWaitMs: Ms;
  readonly urgent: boolean;
}
export function decide({ kind, state }: Limit, terms: Terms, { cost, nowMs, maxWaitMs, urgent }: Ask): Decision {
  switch (kind) {
    case 'tokenBucket': return decideBucket(state, terms, cost, nowMs, maxWaitMs);
    case 'gcra': return decideGcra(state, terms, cost, nowMs, maxWaitMs);
    case 'leakyQueue': return decidePacing(state, terms, cost, nowMs, maxWaitMs);
    case 'fixedWindow': return decideFixedWindow(state, terms, cost, nowMs);
    case 'slidingLog': return decideSlidingLog(state, terms, cost, nowMs);
    case 'slidingCounter': return decideSlidingCounter(state, terms, cost, nowMs);
    case 'segmentedWindow': return decideSegmentedWindow(state, terms, cost, nowMs);
    case 'cycles': return decideCycles(state, { limit: terms.limit, periodMs: terms.windowMs }, cost, nowMs, maxWaitMs);
    case 'warmUp': return decideWarmUp(state, terms, cost, nowMs, maxWaitMs);
    case 'concurrency': return decideConcurrency(state, terms, cost, nowMs, urgent);
  }
}
export function peek({ kind, state }: Limit, terms: Terms, nowMs: Ms, maxWaitMs: Ms = 0): Peek {
  switch (kind) {
    case 'tokenBucket': return peekBucket(state, terms, nowMs);
    case 'gcra': return peekGcra(state, terms, nowMs);
    case 'leakyQueue': return peekPacing(state, terms, nowMs, maxWaitMs);
    case 'fixedWindow': return peekFixedWindow(state, terms, nowMs);
    case 'slidingLog': return peekSlidingLog(state, terms, nowMs);
    case 'slidingCounter': return peekSlidingCounter(state, terms, nowMs);
    case 'segmentedWindow': return peekSegmentedWindow(state, terms, nowMs);
    case 'cycles': return peekCycles(state, { limit: terms.limit, periodMs: terms.windowMs }, nowMs);
    case 'warmUp': return peekWarmUp(state, terms, nowMs, maxWaitMs);
    case 'concurrency': return peekConcurrency(state, terms);
  }
}

/** Under other terms: what was used stays used. Another algorithm begins anew. */
export function changeTerms(limit: Limit, before: Terms, terms: Terms, nowMs: Ms): Limit {
  if (before.algorithm !== terms.algorithm) return createLimit(terms, nowMs);
  if (limit.kind === 'tokenBucket') reconfigureBucket(limit.state, before, terms, nowMs);
  else if (limit.kind === 'gcra') reconfigureGcra(limit.state, before, terms, nowMs);
  else if (limit.kind === 'warmUp') limit.state.stored = Math.min(limit.state.stored, slopeOf(terms).max);
  else if (limit.kind === 'leakyQueue') limit.state.nextFreeMs = Math.min(limit.state.nextFreeMs, nowMs + (terms.depth + 1) * 1000 / terms.ratePerSecond);
  // Windows of another length have other numbers.
  else if (before.windowMs !== terms.windowMs && limit.kind !== 'slidingLog' && limit.kind !== 'concurrency') return createLimit(terms, nowMs);
  else if (limit.kind === 'cycles') limit.state.permits = Math.min(limit.state.permits, terms.limit);
  return limit;
}

/**
 * What the textbook's limiter does when the clock goes back, for it takes the difference of two readings for time that has passed: a bucket
 * loses the tokens of that time, and below zero; a window that is not the last one counts from nought; a log keeps what lies in the future.
 */
export function goBack({ kind, state }: Limit, terms: Terms, fromMs: Ms, toMs: Ms): void {
  const back = toNs(fromMs) - toNs(toMs);
  if (kind === 'tokenBucket') {
    const { remaining } = peekBucket(state, terms, fromMs);
    const ns = toNs(toMs);
    state.base = remaining - (terms.ratePerSecond * back) / 1e9;
    state.sinceNs = ns;
    state.lastNs = ns;
  } else if (kind === 'gcra') {
    state.lastNs = toNs(toMs);
  } else if (kind === 'fixedWindow' || kind === 'slidingCounter') {
    const window = windowAt(toMs, terms.windowMs);
    if (window < state.window) { state.window = window; state.used = 0; }
  } else if (kind === 'cycles') {
    state.cycle = Math.min(state.cycle, windowAt(toMs, terms.windowMs));
  }
}

/** The part that each of several gateways keeps for itself. */
export const shareOf = (terms: Terms, gateways: number): Terms => ({
  ...terms, capacity: Math.max(1, terms.capacity / gateways), ratePerSecond: terms.ratePerSecond / gateways, limit: Math.max(1, terms.limit / gateways),
});

/** What is promised to whoever set the limit: at most so much in any stretch of `windowMs`; null where the promise is another one. */
export function promiseOf({ algorithm, capacity, ratePerSecond, limit, windowMs, periodMs }: Terms): { readonly most: number; readonly windowMs: Ms } | null {
  if (isWindowed(algorithm)) return { most: limit, windowMs };
  if (algorithm === 'concurrency') return null;
  const spanMs = algorithm === 'warmUp' ? periodMs : windowMs;
  const ahead = algorithm === 'leakyQueue' || algorithm === 'warmUp' ? 1 : capacity;
  return { most: ahead + (ratePerSecond * spanMs) / 1000, windowMs: spanMs };
}

export const asJson = (limit: Limit): Json => limit as unknown as Json;
/** A copy that shares nothing: what came from another node must not be written to. Anything else is no state of this algorithm. */
export function fromJson(json: Json, algorithm: Algorithm): Limit | null {
  if (typeof json !== 'object' || json === null || (json as { kind?: unknown }).kind !== algorithm) return null;
  const state = Object.fromEntries(Object.entries((json as unknown as Limit).state).map(([name, value]) => [name, Array.isArray(value) ? [...(value as readonly number[])] : (value as number)]));
  return { kind: algorithm, state } as unknown as Limit;
}
