/**
 * The generic cell rate algorithm: a token bucket kept as one moment, the theoretical arrival time (TAT) at which it would be full again.
 * A request of cost c at t passes if max(TAT, t) + c · T − t ≤ τ, with T = 1 / rate and τ = capacity · T; then that sum is the new TAT.
 * Same decisions as `tokenBucket` with greedy refill. redis-cell's max_burst is capacity − 1. Times are in nanoseconds.
 */
import type { Ms, Ns } from '../../kernel/contract.ts';
import { allow, deny, type Decision, type Peek } from './decision.ts';
import { inherit, slack, toNs, type BucketTerms, type Inheritance } from './tokenBucket.ts';

export interface Gcra {
  tatNs: Ns;
  /** The last time seen. */
  lastNs: Ns;
}

/** T: what one token takes to come. */
const perTokenNs = ({ ratePerSecond }: BucketTerms): Ns => 1e9 / ratePerSecond;

/** With i tokens at first, TAT₀ = t₀ + (b − i) · T. */
export function createGcra(terms: BucketTerms, nowMs: Ms): Gcra {
  const ns = toNs(nowMs);
  const { capacity, initial = capacity } = terms;
  return { tatNs: ns + Math.max(0, capacity - initial) * perTokenNs(terms), lastNs: ns };
}

const seen = (gcra: Gcra, nowMs: Ms): Ns => Math.max(toNs(nowMs), gcra.lastNs);
const levelAtNs = ({ tatNs }: Gcra, terms: BucketTerms, ns: Ns): number => terms.capacity - Math.max(0, tatNs - ns) / perTokenNs(terms);

/** Tokens that a bucket would hold now; below 0 while there is debt or a reservation. Changes nothing. */
export const gcraLevel = (gcra: Gcra, terms: BucketTerms, nowMs: Ms): number => levelAtNs(gcra, terms, seen(gcra, nowMs));

/** What `decideGcra` would answer. Changes nothing. */
export function askGcra(gcra: Gcra, terms: BucketTerms, cost: number, nowMs: Ms, maxWaitMs: Ms = 0): Decision {
  const ns = seen(gcra, nowMs);
  const T = perTokenNs(terms);
  const tat = Math.max(gcra.tatNs, ns);
  const next = tat + cost * T;
  // A cost above the capacity never fits; with debt it passes once the bucket is full: when TAT has come.
  const over = cost > terms.capacity;
  const early = over ? (terms.debt === true ? tat - ns : Infinity) : next - terms.capacity * T - ns;
  const waitMs = msOf(early, terms);
  if (waitMs > maxWaitMs) return deny(Math.max(0, levelAtNs(gcra, terms, ns)), terms.capacity, msOf(tat - ns, terms), waitMs);
  return allow(Math.max(0, terms.capacity - (next - ns) / T), terms.capacity, msOf(next - ns, terms), waitMs);
}
/** Whole nanoseconds from now on; what rounding left over is no wait. */
const msOf = (ns: Ns, terms: BucketTerms): Ms => Math.max(0, Math.ceil(ns - slack(terms.ratePerSecond) * perTokenNs(terms))) / 1e6;

/** Takes without asking. */
export function takeFromGcra(gcra: Gcra, terms: BucketTerms, cost: number, nowMs: Ms): void {
  gcra.lastNs = seen(gcra, nowMs);
  gcra.tatNs = Math.max(gcra.tatNs, gcra.lastNs) + cost * perTokenNs(terms);
}

/** Asks, and takes the cost if that is allowed. */
export function decideGcra(gcra: Gcra, terms: BucketTerms, cost: number, nowMs: Ms, maxWaitMs: Ms = 0): Decision {
  const decision = askGcra(gcra, terms, cost, nowMs, maxWaitMs);
  if (decision.allowed) takeFromGcra(gcra, terms, cost, nowMs);
  else gcra.lastNs = seen(gcra, nowMs);
  return decision;
}

export function peekGcra(gcra: Gcra, terms: BucketTerms, nowMs: Ms): Peek {
  const ns = seen(gcra, nowMs);
  return { remaining: Math.max(0, levelAtNs(gcra, terms, ns)), limit: terms.capacity, resetAfterMs: msOf(gcra.tatNs - ns, terms) };
}

/** Gives tokens back; what does not fit is lost. Returns how many were. */
export function refundGcra(gcra: Gcra, terms: BucketTerms, tokens: number, nowMs: Ms): number {
  gcra.lastNs = seen(gcra, nowMs);
  const back = Math.min(tokens, terms.capacity - levelAtNs(gcra, terms, gcra.lastNs));
  gcra.tatNs -= back * perTokenNs(terms);
  return back;
}

/** The true cost is known now: takes what is missing or gives back what was too much. */
export function settleGcra(gcra: Gcra, terms: BucketTerms, paid: number, actual: number, nowMs: Ms): void {
  if (actual > paid) takeFromGcra(gcra, terms, actual - paid, nowMs);
  else refundGcra(gcra, terms, paid - actual, nowMs);
}

/** Goes over to new terms. */
export function reconfigureGcra(gcra: Gcra, before: BucketTerms, terms: BucketTerms, nowMs: Ms, tokens: Inheritance = 'asIs'): void {
  gcra.lastNs = seen(gcra, nowMs);
  const level = inherit(levelAtNs(gcra, before, gcra.lastNs), before, terms, tokens);
  gcra.tatNs = gcra.lastNs + (terms.capacity - level) * perTokenNs(terms);
}
