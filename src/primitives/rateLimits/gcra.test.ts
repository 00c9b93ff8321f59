import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askGcra, createGcra, decideGcra, gcraLevel, peekGcra, reconfigureGcra, refundGcra, settleGcra } from './gcra.ts';
import { bucketLevel, createBucket, decideBucket, INHERITANCE, reconfigureBucket, refundBucket, settleBucket, type BucketTerms } from './tokenBucket.ts';

const terms: BucketTerms = { capacity: 16, ratePerSecond: 0.5 };

test('redis-cell’s example: burst 15, 30 a minute', () => {
  const gcra = createGcra(terms, 0);
  expect(decideGcra(gcra, terms, 1, 0)).toEqual({ allowed: true, remaining: 15, limit: 16, retryAfterMs: 0, resetAfterMs: 2000, waitMs: 0 });
  for (let i = 0; i < 15; i++) decideGcra(gcra, terms, 1, 0);
  expect(decideGcra(gcra, terms, 1, 0)).toEqual({ allowed: false, remaining: 0, limit: 16, retryAfterMs: 2000, resetAfterMs: 32_000, waitMs: 0 });
});

test('i tokens at first: TAT = t + (b − i) · T', () => {
  expect(createGcra({ ...terms, initial: 6 }, 1000).tatNs).toBe(21_000_000_000);
});

test('a clock put back counts as the last time seen', () => {
  const gcra = createGcra(terms, 20_000);
  decideGcra(gcra, terms, 16, 20_000);
  expect(decideGcra(gcra, terms, 1, 5000)).toMatchObject({ allowed: false, retryAfterMs: 2000 });
});

test('peek, refund, settle and new terms', () => {
  const gcra = createGcra(terms, 0);
  decideGcra(gcra, terms, 10, 0);
  expect(peekGcra(gcra, terms, 2000)).toEqual({ remaining: 7, limit: 16, resetAfterMs: 18_000 });
  expect(refundGcra(gcra, terms, 30, 2000)).toBe(9);
  settleGcra(gcra, terms, 1, 5, 2000);
  expect(gcraLevel(gcra, terms, 2000)).toBe(12);
  reconfigureGcra(gcra, terms, { capacity: 8, ratePerSecond: 1 }, 2000, 'proportionally');
  expect(gcraLevel(gcra, { capacity: 8, ratePerSecond: 1 }, 2000)).toBe(6);
});

/** T is a whole number of nanoseconds: then both count in whole numbers. */
const exactTerms = fc.record({
  capacity: fc.integer({ min: 1, max: 100 }), ratePerSecond: fc.constantFrom(0.1, 0.25, 0.5, 1, 2, 4, 5, 8, 10, 20, 25, 40, 50, 100, 125, 200, 500, 1000),
  debt: fc.boolean(), initial: fc.integer({ min: 0, max: 100 }),
}).map((drawn) => ({ ...drawn, initial: Math.min(drawn.initial, drawn.capacity) }));
const act = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('decide' as const), cost: fc.integer({ min: 0, max: 25 }), maxWaitMs: fc.constantFrom(0, 0, 0, 250, 5000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refund' as const), tokens: fc.integer({ min: 0, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const), paid: fc.integer({ min: 0, max: 9 }), actual: fc.integer({ min: 0, max: 9 }) }) },
);
const step = fc.record({ gapNs: fc.oneof(fc.integer({ min: -20, max: 4000 }).map((ms) => ms * 1_000_000), fc.integer({ min: 0, max: 300_000_000 }), fc.constant(0)), act });

test('decides bit for bit as a token bucket does, over random weighted traces with refunds, debts and waits', () => {
  let decisions = 0;
  fc.assert(fc.property(exactTerms, fc.array(step, { minLength: 50, maxLength: 300 }), (current, steps) => {
    const gcra = createGcra(current, 0), bucket = createBucket(current, 0);
    let ns = 0;
    for (const { gapNs, act: what } of steps) {
      ns = Math.max(0, ns + gapNs);
      const nowMs = ns / 1e6;
      if (what.kind === 'decide') {
        const { remaining: a, ...one } = decideGcra(gcra, current, what.cost, nowMs, what.maxWaitMs);
        const { remaining: b, ...two } = decideBucket(bucket, current, what.cost, nowMs, what.maxWaitMs);
        expect(one).toEqual(two);
        expect(a).toBeCloseTo(b, 7);
        decisions++;
      } else if (what.kind === 'refund') {
        expect(refundGcra(gcra, current, what.tokens, nowMs)).toBeCloseTo(refundBucket(bucket, current, what.tokens, nowMs), 7);
      } else {
        settleGcra(gcra, current, what.paid, what.actual, nowMs);
        settleBucket(bucket, current, what.paid, what.actual, nowMs);
      }
      expect(gcraLevel(gcra, current, nowMs)).toBeCloseTo(bucketLevel(bucket, current, nowMs), 7);
    }
  }), { numRuns: 100 });
  expect(decisions).toBeGreaterThan(5000);
});

test('goes over to new terms as a token bucket does', () => {
  fc.assert(fc.property(exactTerms, exactTerms, fc.constantFrom(...INHERITANCE), fc.nat(10), fc.nat(5000), (before, after, tokens, cost, atMs) => {
    const gcra = createGcra(before, 0), bucket = createBucket(before, 0);
    decideGcra(gcra, before, cost, 0);
    decideBucket(bucket, before, cost, 0);
    reconfigureGcra(gcra, before, after, atMs, tokens);
    reconfigureBucket(bucket, before, after, atMs, tokens);
    expect(gcraLevel(gcra, after, atMs + 777)).toBeCloseTo(bucketLevel(bucket, after, atMs + 777), 7);
  }));
});

test('Retry-After is tight', () => {
  const any = fc.record({ capacity: fc.integer({ min: 1, max: 100 }), ratePerSecond: fc.double({ min: 0.001, max: 100_000, noNaN: true }) });
  fc.assert(fc.property(any, fc.array(fc.tuple(fc.integer({ min: 0, max: 100_000_000 }), fc.integer({ min: 0, max: 30 })), { maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (drawn, list, cost) => {
    const gcra = createGcra(drawn, 0);
    let ns = 0;
    for (const [gapNs, taken] of list) decideGcra(gcra, drawn, taken, (ns += gapNs) / 1e6);
    const { allowed, retryAfterMs } = askGcra(gcra, drawn, cost, ns / 1e6);
    if (allowed || retryAfterMs > 1e7) return;
    const thenNs = ns + Math.round(retryAfterMs * 1e6);
    expect(askGcra(gcra, drawn, cost, thenNs / 1e6).allowed).toBe(true);
    expect(askGcra(gcra, drawn, cost, (thenNs - 1) / 1e6).allowed).toBe(false);
  }), { numRuns: 300 });
});
