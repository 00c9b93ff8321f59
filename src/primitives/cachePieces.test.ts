/** The small pieces of a cache: leases, versions, the sketch, the filter, and Che's approximation. */
import { expect, test } from 'vitest';
import { addToBloom, createBloom, mayHold } from './bloomFilter.ts';
import { bestHitRatio, characteristicTime, lruHitRatio, zipfBins } from './cheApproximation.ts';
import { countUse, createSketch, usesOf } from './frequencySketch.ts';
import { compareAndSet, NO_RECORD, writeRecord, type VersionedRecords } from './versionedStore.ts';
import { createLeases, grantLease, redeemLease, voidLease } from './voidableLeases.ts';

test('one lease for each key at a time; a write voids it; tokens never repeat', () => {
  const leases = createLeases();
  expect([grantLease(leases, 'a', 0, 100), grantLease(leases, 'a', 99, 100), grantLease(leases, 'b', 0, 100)]).toEqual([1, 0, 2]);
  expect(voidLease(leases, 'a')).toBe(true);
  expect(redeemLease(leases, 'a', 1)).toBe(false);
  expect(grantLease(leases, 'a', 99, 100)).toBe(3);
  expect([redeemLease(leases, 'a', 3), redeemLease(leases, 'a', 3)]).toEqual([true, false]);
});
test('a lease that has run out is good until another is granted, and not after', () => {
  const leases = createLeases();
  const first = grantLease(leases, 'a', 0, 100), second = grantLease(leases, 'a', 100, 100);
  expect([redeemLease(leases, 'a', first), redeemLease(leases, 'a', second)]).toEqual([false, true]);
  const late = grantLease(leases, 'a', 200, 10);
  expect(redeemLease(leases, 'a', late)).toBe(true);
});

test('versions only go up, and a write may expect one', () => {
  const records: VersionedRecords = new Map();
  expect(writeRecord(records, 'a', 'x')).toBe(1);
  expect([compareAndSet(records, 'a', 'y', 0), compareAndSet(records, 'a', 'y', 1), compareAndSet(records, 'a', 'z', 1)]).toEqual([null, 2, null]);
  expect(records.get('a')).toEqual({ value: 'y', version: 2 });
  expect(writeRecord(records, 'b', 1, { value: 7, version: 4 })).toBe(5);
  expect(NO_RECORD).toEqual({ value: null, version: 0 });
});

test('the sketch counts up to 15, tells often from seldom, and forgets half in time', () => {
  const sketch = createSketch(100);
  for (let i = 0; i < 40; i++) countUse(sketch, 'often');
  countUse(sketch, 'once');
  expect([usesOf(sketch, 'often'), usesOf(sketch, 'once'), usesOf(sketch, 'never')]).toEqual([15, 1, 0]);
  for (let i = 0; i < 1100; i++) countUse(sketch, `k${i}`);
  expect(usesOf(sketch, 'often')).toBeLessThan(9);
});

test('the filter never says no of a key that was added, and of about 1 % of the others yes', () => {
  const filter = createBloom(2000);
  for (let i = 0; i < 2000; i++) addToBloom(filter, `e${i}`);
  for (let i = 0; i < 2000; i++) expect(mayHold(filter, `e${i}`)).toBe(true);
  let wrong = 0;
  for (let i = 2000; i < 22_000; i++) if (mayHold(filter, `e${i}`)) wrong++;
  expect(wrong / 20_000).toBeGreaterThan(0.004);
  expect(wrong / 20_000).toBeLessThan(0.014);
});

test('Che: 1,000 keys, Zipf 0.8, 100 entries: 0.378; 10,000 keys, Zipf 0.9, 500 entries: 0.456', () => {
  expect(lruHitRatio(zipfBins(1000, 0.8), 100)).toBeCloseTo(0.3778, 3);
  expect(lruHitRatio(zipfBins(10_000, 0.9), 500)).toBeCloseTo(0.456, 2);
});
test('Che: the bins are as good as the single weights, and the ends are right', () => {
  const single = Array.from({ length: 3000 }, (_, i) => ({ count: 1, p: (i + 1) ** -0.9 }));
  const total = single.reduce((sum, { p }) => sum + p, 0);
  const exact = single.map(({ count, p }) => ({ count, p: p / total }));
  for (const capacity of [10, 100, 1000]) expect(lruHitRatio(zipfBins(3000, 0.9), capacity)).toBeCloseTo(lruHitRatio(exact, capacity), 3);
  expect(lruHitRatio(exact, 0)).toBe(0);
  expect(lruHitRatio(exact, 3000)).toBeCloseTo(1, 9);
  expect(characteristicTime(exact, 3000)).toBe(Infinity);
  expect(bestHitRatio(exact, 100)).toBeGreaterThan(lruHitRatio(exact, 100));
  // Where all are alike, LRU finds what it holds.
  expect(lruHitRatio(zipfBins(1000, 0), 250)).toBeCloseTo(0.25, 6);
});
