import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  askBucket, bucketLevel, createBucket, decideBucket, peekBucket, rateOfFills, reconfigureBucket, refundBucket, settleBucket, takeFromBucket, tokensPerFill, type BucketTerms,
} from './tokenBucket.ts';

const terms: BucketTerms = { capacity: 10, ratePerSecond: 2 };

test('begins full, or as told; a burst takes what is there, then the rate', () => {
  const bucket = createBucket(terms, 0);
  for (let i = 0; i < 10; i++) expect(decideBucket(bucket, terms, 1, 0)).toMatchObject({ allowed: true, remaining: 9 - i, limit: 10, retryAfterMs: 0 });
  expect(decideBucket(bucket, terms, 1, 0)).toEqual({ allowed: false, remaining: 0, limit: 10, retryAfterMs: 500, resetAfterMs: 5000, waitMs: 0 });
  expect(decideBucket(bucket, terms, 1, 499.999999).allowed).toBe(false);
  expect(decideBucket(bucket, terms, 1, 500).allowed).toBe(true);
  expect(bucketLevel(createBucket({ ...terms, initial: 3 }, 0), terms, 1000)).toBe(5);
});

test('a cost is taken whole or not at all; a refusal changes nothing', () => {
  const bucket = createBucket(terms, 0);
  decideBucket(bucket, terms, 7, 0);
  const before = { ...bucket };
  expect(decideBucket(bucket, terms, 4, 0)).toMatchObject({ allowed: false, remaining: 3, retryAfterMs: 500 });
  expect(bucket).toEqual(before);
});

test('a clock put back takes nothing away and gives nothing', () => {
  const bucket = createBucket(terms, 20_000);
  decideBucket(bucket, terms, 10, 20_000);
  expect(decideBucket(bucket, terms, 1, 10_000)).toMatchObject({ allowed: false, remaining: 0, retryAfterMs: 500 });
  expect(bucketLevel(bucket, terms, 10_000)).toBe(0);
  expect(decideBucket(bucket, terms, 1, 20_500).allowed).toBe(true);
});

test('ten tenths make one, and a tenth of a second ten times makes a second', () => {
  const bucket = createBucket({ capacity: 1, ratePerSecond: 0.001 }, 0);
  for (let i = 0; i < 10; i++) expect(decideBucket(bucket, { capacity: 1, ratePerSecond: 0.001 }, 0.1, 0).allowed, `${i}`).toBe(true);
  const slow = createBucket({ capacity: 1, ratePerSecond: 0.1, initial: 0 }, 0);
  for (let s = 1; s < 10; s++) expect(decideBucket(slow, { capacity: 1, ratePerSecond: 0.1 }, 1, s * 1000).allowed).toBe(false);
  expect(decideBucket(slow, { capacity: 1, ratePerSecond: 0.1 }, 1, 10_000).allowed).toBe(true);
});

describe('fills', () => {
  const interval: BucketTerms = { capacity: 10, ratePerSecond: 2, refill: 'interval', fillMs: 2000, initial: 0 };
  test('at intervals: nothing in between, four every 2 s from the first moment on', () => {
    const bucket = createBucket(interval, 500);
    expect([2499, 2500, 4499, 4500, 60_000].map((atMs) => bucketLevel(bucket, interval, atMs))).toEqual([0, 4, 4, 8, 10]);
    expect(askBucket(bucket, interval, 5, 1000)).toMatchObject({ allowed: false, retryAfterMs: 3500, resetAfterMs: 5500 });
    expect(decideBucket(bucket, interval, 4, 2500).allowed).toBe(true);
    expect(decideBucket(bucket, interval, 1, 2600)).toMatchObject({ allowed: false, retryAfterMs: 1900 });
  });
  test('aligned: at whole multiples of the interval', () => {
    const aligned = { ...interval, refill: 'aligned' } as const;
    const bucket = createBucket(aligned, 500);
    expect([1999, 2000, 3999, 4000].map((atMs) => bucketLevel(bucket, aligned, atMs))).toEqual([0, 4, 4, 8]);
    expect(decideBucket(bucket, aligned, 1, 700)).toMatchObject({ allowed: false, retryAfterMs: 1300 });
  });
  test('keep their phase however long nobody comes, and whatever is taken', () => {
    const bucket = createBucket(interval, 500);
    decideBucket(bucket, interval, 10, 61_000);
    expect(bucketLevel(bucket, interval, 62_499)).toBe(0);
    expect(bucketLevel(bucket, interval, 62_500)).toBe(4);
  });
  test('whole tokens stay whole', () => {
    for (const [tokens, everyMs] of [[1, 3], [7, 700], [100, 60_000], [1, 50], [3, 7]] as const) {
      expect(tokensPerFill({ capacity: 1, ratePerSecond: rateOfFills(tokens, everyMs), fillMs: everyMs })).toBe(tokens);
    }
  });
});

test('more than the bucket holds never passes, unless a full bucket may go into debt', () => {
  const bucket = createBucket(terms, 0);
  expect(decideBucket(bucket, terms, 11, 0)).toMatchObject({ allowed: false, retryAfterMs: Infinity });
  const debt = { ...terms, debt: true };
  expect(decideBucket(bucket, debt, 25, 0)).toMatchObject({ allowed: true, remaining: 0, resetAfterMs: 12_500 });
  expect(bucketLevel(bucket, debt, 0)).toBe(-15);
  expect(decideBucket(bucket, debt, 1, 0)).toMatchObject({ allowed: false, retryAfterMs: 8000 });
  expect(decideBucket(bucket, debt, 25, 12_499).allowed).toBe(false);
  expect(decideBucket(bucket, debt, 25, 12_500).allowed).toBe(true);
});

test('a reservation is allowed now and due later; those after it are due after it', () => {
  const bucket = createBucket({ ...terms, initial: 1 }, 0);
  expect(decideBucket(bucket, terms, 2, 0, 400).allowed).toBe(false);
  expect([1, 1, 2].map((cost) => decideBucket(bucket, terms, cost, 0, 2000).waitMs)).toEqual([0, 500, 1500]);
  expect(decideBucket(bucket, terms, 2, 0, 2000)).toMatchObject({ allowed: false, retryAfterMs: 2500 });
  expect(bucketLevel(bucket, terms, 0)).toBe(-3);
});

test('refunds fill no further than the brim; settling takes what was too little and returns what was too much', () => {
  const bucket = createBucket(terms, 0);
  decideBucket(bucket, terms, 4, 0);
  expect(refundBucket(bucket, terms, 1, 0)).toBe(1);
  expect(refundBucket(bucket, terms, 9, 0)).toBe(3);
  decideBucket(bucket, terms, 5, 0);
  settleBucket(bucket, terms, 5, 2, 0);
  expect(bucketLevel(bucket, terms, 0)).toBe(8);
  settleBucket(bucket, terms, 5, 20, 0);
  expect(bucketLevel(bucket, terms, 0)).toBe(-7);
});

test('peeking changes nothing', () => {
  const bucket = createBucket(terms, 0);
  decideBucket(bucket, terms, 6, 0);
  const before = { ...bucket };
  expect(peekBucket(bucket, terms, 1000)).toEqual({ remaining: 6, limit: 10, resetAfterMs: 2000 });
  expect(bucket).toEqual(before);
});

test('under new terms: as it is, in proportion, with the added capacity, or as at first', () => {
  const after = (tokens: 'asIs' | 'proportionally' | 'additive' | 'reset', capacity: number): number => {
    const bucket = createBucket(terms, 0);
    decideBucket(bucket, terms, 6, 0);
    const changed = { capacity, ratePerSecond: 5 };
    reconfigureBucket(bucket, terms, changed, 500, tokens);
    return bucketLevel(bucket, changed, 500);
  };
  expect((['asIs', 'proportionally', 'additive', 'reset'] as const).map((tokens) => [after(tokens, 20), after(tokens, 4)])).toEqual([[5, 4], [10, 2], [15, 4], [20, 4]]);
  const bucket = createBucket({ ...terms, initial: 0 }, 0);
  reconfigureBucket(bucket, terms, { capacity: 10, ratePerSecond: 4 }, 1000);
  expect(bucketLevel(bucket, { capacity: 10, ratePerSecond: 4 }, 2000)).toBe(6);
});

const anyTerms = fc.record({
  capacity: fc.integer({ min: 1, max: 200 }), ratePerSecond: fc.oneof(fc.double({ min: 0.001, max: 1000, noNaN: true }), fc.integer({ min: 1, max: 1_000_000 })),
  refill: fc.constantFrom('greedy' as const, 'interval' as const, 'aligned' as const), fillMs: fc.integer({ min: 1, max: 3000 }),
}).filter(({ refill, ratePerSecond, fillMs }) => refill === 'greedy' || (ratePerSecond * fillMs) / 1000 >= 1e-6);
const arrivals = fc.array(fc.record({ gapNs: fc.oneof(fc.integer({ min: 0, max: 50_000_000 }), fc.constant(0)), cost: fc.integer({ min: 0, max: 30 }) }), { maxLength: 80 });

test('of any span, no more is admitted than capacity + rate · span (fills: one fill more)', () => {
  fc.assert(fc.property(anyTerms, arrivals, (drawn, list) => {
    const bucket = createBucket(drawn, 0);
    const taken: { ns: number; cost: number }[] = [];
    let ns = 0;
    for (const { gapNs, cost } of list) {
      ns += gapNs;
      if (decideBucket(bucket, drawn, cost, ns / 1e6).allowed) taken.push({ ns, cost });
      const level = bucketLevel(bucket, drawn, ns / 1e6);
      expect(level).toBeGreaterThanOrEqual(-1e-9);
      expect(level).toBeLessThanOrEqual(drawn.capacity);
    }
    const early = drawn.refill === 'greedy' ? 0 : tokensPerFill(drawn);
    for (let i = 0; i < taken.length; i++) {
      let sum = 0;
      for (let j = i; j < taken.length; j++) {
        sum += taken[j]!.cost;
        expect(sum).toBeLessThanOrEqual(drawn.capacity + early + (drawn.ratePerSecond * (taken[j]!.ns - taken[i]!.ns)) / 1e9 + 1e-6);
      }
    }
  }), { numRuns: 150 });
});

test('Retry-After is tight: then it passes, one nanosecond earlier it does not', () => {
  fc.assert(fc.property(anyTerms, arrivals, fc.integer({ min: 1, max: 30 }), (drawn, list, cost) => {
    const bucket = createBucket(drawn, 0);
    let ns = 0;
    for (const arrival of list) decideBucket(bucket, drawn, arrival.cost, (ns += arrival.gapNs) / 1e6);
    const { allowed, retryAfterMs } = askBucket(bucket, drawn, cost, ns / 1e6);
    if (allowed || retryAfterMs > 1e7) return;
    const thenNs = ns + Math.round(retryAfterMs * 1e6);
    expect(askBucket(bucket, drawn, cost, thenNs / 1e6).allowed).toBe(true);
    expect(askBucket(bucket, drawn, cost, (thenNs - 1) / 1e6).allowed).toBe(false);
  }), { numRuns: 300 });
});

test('how often somebody looks makes no difference', () => {
  fc.assert(fc.property(anyTerms, arrivals, fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { maxLength: 20 }), (drawn, list, looks) => {
    const watched = createBucket(drawn, 0), alone = createBucket(drawn, 0);
    looks.sort((a, b) => a - b);
    let ns = 0, next = 0;
    for (const { gapNs, cost } of list) {
      ns += gapNs;
      while (next < looks.length && looks[next]! <= ns) takeFromBucket(watched, drawn, 0, looks[next++]! / 1e6);
      expect(decideBucket(watched, drawn, cost, ns / 1e6).allowed).toBe(decideBucket(alone, drawn, cost, ns / 1e6).allowed);
    }
  }), { numRuns: 100 });
});
