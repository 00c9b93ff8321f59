/**
 * The token bucket: it holds at most `capacity` tokens, gains `ratePerSecond`, and a request takes its cost. In any span of t seconds it
 * admits at most capacity + rate · t. Plain data; times are rounded to whole nanoseconds, the grain of simulated time.
 *
 * No drift: what was taken is summed since the bucket was last full (whole costs sum exactly), and what was gained since is one
 * multiplication. `CreditAccount` is the plainer relative for budgets, which know neither debt nor fills nor nanoseconds.
 *
 * A time before the last one seen counts as the last one. A request of cost 0 passes unless there is debt.
 */
import type { Ms, Ns } from '../../kernel/contract.ts';
import { allow, deny, ROUNDING, type Decision, type Peek } from './decision.ts';

/** How tokens come: all the time; so many at once, counted from the bucket's first moment; or at whole multiples of the interval. */
export const REFILLS = ['greedy', 'interval', 'aligned'] as const;
export type Refill = (typeof REFILLS)[number];

export interface BucketTerms {
  /** b, tokens, above 0. */
  readonly capacity: number;
  /** r, tokens a second, above 0. */
  readonly ratePerSecond: number;
  /** Tokens at first, 0 to capacity. Default: full. */
  readonly initial?: number;
  /** Default greedy. */
  readonly refill?: Refill;
  /** Between two fills of `interval` and `aligned`; a fill brings rate · fillMs / 1000 tokens. Default 1000. */
  readonly fillMs?: Ms;
  /** A cost above the capacity: refused for ever (default), or allowed once the bucket is full, leaving a debt. */
  readonly debt?: boolean;
}
export interface TokenBucket {
  /** Tokens at `sinceNs`, less what was taken since: not the level, which is this and what time has brought. */
  base: number;
  /** When the bucket was last full, or (in fills) the last fill that was counted. */
  sinceNs: Ns;
  /** The last time seen. */
  lastNs: Ns;
}

export const toNs = (ms: Ms): Ns => Math.round(ms * 1e6);

export function createBucket({ capacity, initial = capacity }: BucketTerms, nowMs: Ms): TokenBucket {
  const ns = toNs(nowMs);
  return { base: Math.min(capacity, initial), sinceNs: ns, lastNs: ns };
}

/** Tokens of one fill; a rate that was computed from whole tokens gives whole tokens again. */
export const tokensPerFill = ({ ratePerSecond, fillMs = 1000 }: BucketTerms): number => Math.round(ratePerSecond * fillMs * 1e6) / 1e9;
/** The rate of so many tokens every so often, as Envoy, Bucket4j and .NET state it. */
export const rateOfFills = (tokens: number, everyMs: Ms): number => (tokens * 1000) / everyMs;

/** Fills after `sinceNs`, up to and with `ns`. */
function fillsUntil({ sinceNs }: TokenBucket, { refill, fillMs = 1000 }: BucketTerms, ns: Ns): number {
  const fillNs = toNs(fillMs);
  return refill === 'aligned' ? Math.floor(ns / fillNs) - Math.floor(sinceNs / fillNs) : Math.floor((ns - sinceNs) / fillNs);
}

/** Tokens at a time not before the last one seen; below 0 in debt. */
function levelAtNs(bucket: TokenBucket, terms: BucketTerms, ns: Ns): number {
  const greedy = terms.refill === undefined || terms.refill === 'greedy';
  const gained = greedy ? (terms.ratePerSecond * (ns - bucket.sinceNs)) / 1e9 : tokensPerFill(terms) * fillsUntil(bucket, terms, ns);
  return Math.min(terms.capacity, bucket.base + gained);
}
const seen = (bucket: TokenBucket, nowMs: Ms): Ns => Math.max(toNs(nowMs), bucket.lastNs);

/** Tokens now; below 0 while there is debt or a reservation. Changes nothing. */
export const bucketLevel = (bucket: TokenBucket, terms: BucketTerms, nowMs: Ms): number => levelAtNs(bucket, terms, seen(bucket, nowMs));

const LONGEST_NS = 9e15;
/** Where rounding ends: well below a nanosecond of refill. */
export const slack = (ratePerSecond: number): number => (ROUNDING / 4) * Math.min(1, ratePerSecond);

/** The first nanosecond, from `ns` on, in which the level is enough; Infinity for never. Exact: one earlier it is not. */
function whenNs(bucket: TokenBucket, terms: BucketTerms, need: number, ns: Ns): Ns {
  const enough = need - slack(terms.ratePerSecond);
  const missing = enough - levelAtNs(bucket, terms, ns);
  if (missing <= 0) return ns;
  if (enough > terms.capacity) return Infinity;
  if (terms.refill === 'interval' || terms.refill === 'aligned') {
    const fillNs = toNs(terms.fillMs ?? 1000);
    const fills = fillsUntil(bucket, terms, ns) + Math.ceil(missing / tokensPerFill(terms));
    return terms.refill === 'aligned' ? (Math.floor(bucket.sinceNs / fillNs) + fills) * fillNs : bucket.sinceNs + fills * fillNs;
  }
  let at = ns + Math.ceil((missing * 1e9) / terms.ratePerSecond);
  // Beyond a hundred days nanoseconds are no whole numbers any more, and nobody waits for one.
  if (at > LONGEST_NS) return at;
  while (levelAtNs(bucket, terms, at) < enough) at++;
  while (at > ns && levelAtNs(bucket, terms, at - 1) >= enough) at--;
  return at;
}
const fullInMs = (bucket: TokenBucket, terms: BucketTerms, ns: Ns): Ms => (whenNs(bucket, terms, terms.capacity, ns) - ns) / 1e6;

/** What the level must be for a request to pass. */
const needOf = (terms: BucketTerms, cost: number): number => (terms.debt === true && cost > terms.capacity ? terms.capacity : cost);

/** What `decideBucket` would answer. Changes nothing, so several buckets can be asked before any is taken from. */
export function askBucket(bucket: TokenBucket, terms: BucketTerms, cost: number, nowMs: Ms, maxWaitMs: Ms = 0): Decision {
  const ns = seen(bucket, nowMs);
  const level = levelAtNs(bucket, terms, ns);
  const waitMs = (whenNs(bucket, terms, needOf(terms, cost), ns) - ns) / 1e6;
  if (waitMs > maxWaitMs) return deny(Math.max(0, level), terms.capacity, fullInMs(bucket, terms, ns), waitMs);
  const after = { ...bucket, base: bucket.base - cost };
  // The level is capped before the cost goes off, not after.
  if (level === terms.capacity) settleAt(after, terms, ns, level - cost);
  return allow(Math.max(0, levelAtNs(after, terms, ns)), terms.capacity, fullInMs(after, terms, ns), waitMs);
}

/** Takes without asking: after `askBucket` has allowed it, or for work that is done already. The level may fall below 0. */
export function takeFromBucket(bucket: TokenBucket, terms: BucketTerms, cost: number, nowMs: Ms): void {
  accrue(bucket, terms, nowMs);
  bucket.base -= cost;
}

/** Asks, and takes the cost if that is allowed. A refusal leaves the bucket as it was. */
export function decideBucket(bucket: TokenBucket, terms: BucketTerms, cost: number, nowMs: Ms, maxWaitMs: Ms = 0): Decision {
  const decision = askBucket(bucket, terms, cost, nowMs, maxWaitMs);
  if (decision.allowed) takeFromBucket(bucket, terms, cost, nowMs);
  else bucket.lastNs = seen(bucket, nowMs);
  return decision;
}

export function peekBucket(bucket: TokenBucket, terms: BucketTerms, nowMs: Ms): Peek {
  const ns = seen(bucket, nowMs);
  return { remaining: Math.max(0, levelAtNs(bucket, terms, ns)), limit: terms.capacity, resetAfterMs: fullInMs(bucket, terms, ns) };
}

/** Gives tokens back; what does not fit is lost. Returns how many were. */
export function refundBucket(bucket: TokenBucket, terms: BucketTerms, tokens: number, nowMs: Ms): number {
  accrue(bucket, terms, nowMs);
  const level = levelAtNs(bucket, terms, bucket.lastNs);
  const back = Math.min(tokens, terms.capacity - level);
  bucket.base += back;
  return back;
}

/** The true cost is known now: takes what is missing (into debt, if it must) or gives back what was too much. */
export function settleBucket(bucket: TokenBucket, terms: BucketTerms, paid: number, actual: number, nowMs: Ms): void {
  if (actual > paid) takeFromBucket(bucket, terms, actual - paid, nowMs);
  else refundBucket(bucket, terms, paid - actual, nowMs);
}

/** What becomes of the tokens under new terms; the names are Bucket4j's. */
export const INHERITANCE = ['asIs', 'proportionally', 'additive', 'reset'] as const;
export type Inheritance = (typeof INHERITANCE)[number];

/** The level under new terms. As it is (less what does not fit), in proportion, with the added capacity on top, or as at first. */
export function inherit(level: number, before: BucketTerms, terms: BucketTerms, tokens: Inheritance): number {
  const { capacity } = terms;
  if (tokens === 'reset') return Math.min(capacity, terms.initial ?? capacity);
  if (tokens === 'proportionally') return (level * capacity) / before.capacity;
  return Math.min(capacity, tokens === 'additive' ? level + Math.max(0, capacity - before.capacity) : level);
}

/** Goes over to new terms. */
export function reconfigureBucket(bucket: TokenBucket, before: BucketTerms, terms: BucketTerms, nowMs: Ms, tokens: Inheritance = 'asIs'): void {
  accrue(bucket, before, nowMs);
  bucket.base = inherit(levelAtNs(bucket, before, bucket.lastNs), before, terms, tokens);
  // A refill under way goes on: fills keep their phase where the interval stays the same.
  if (terms.refill !== 'interval' || before.refill !== 'interval' || terms.fillMs !== before.fillMs) bucket.sinceNs = bucket.lastNs;
}

/** Notes the time, and that a bucket which is full began to be so. */
function accrue(bucket: TokenBucket, terms: BucketTerms, nowMs: Ms): void {
  bucket.lastNs = seen(bucket, nowMs);
  const level = levelAtNs(bucket, terms, bucket.lastNs);
  if (level === terms.capacity || terms.refill === 'interval' || terms.refill === 'aligned') settleAt(bucket, terms, bucket.lastNs, level);
}

/** The level is this from now on. Fills keep their phase. */
function settleAt(bucket: TokenBucket, terms: BucketTerms, ns: Ns, level: number): void {
  bucket.sinceNs = terms.refill === 'interval' ? bucket.sinceNs + fillsUntil(bucket, terms, ns) * toNs(terms.fillMs ?? 1000) : ns;
  bucket.base = level;
}
