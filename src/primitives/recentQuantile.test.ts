import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addRecent, createRecent, enoughFor, quantileOf, resizeRecent } from './recentQuantile.ts';

test('is the nearest rank of the last N values, whatever they are', () => {
  const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { maxLength: 80 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), values, fc.double({ noNaN: true, min: 0.01, max: 0.99 }), (size, list, q) => {
    const recent = createRecent(size);
    for (const value of list) addRecent(recent, value);
    const kept = list.slice(-size).sort((a, b) => a - b);
    expect(Array.from(recent.sorted.subarray(0, recent.filled))).toEqual(kept);
    if (kept.length === 0 || kept.length < enoughFor(recent, q)) expect(quantileOf(recent, q)).toBeNull();
    else expect(quantileOf(recent, q)).toBe(kept[Math.max(0, Math.ceil(q * kept.length - 1e-9) - 1)]);
  }));
});

test('says nothing of a tail that it cannot have seen', () => {
  const recent = createRecent(1000);
  for (let i = 0; i < 99; i++) addRecent(recent, i);
  expect(quantileOf(recent, 0.99)).toBeNull();
  addRecent(recent, 99);
  expect(quantileOf(recent, 0.99)).toBe(98);
  expect(enoughFor(recent, 0.95)).toBe(20);
  expect(enoughFor(createRecent(100), 0.999)).toBe(100);
});

test('another size keeps the newest', () => {
  const recent = createRecent(5);
  for (let i = 0; i < 8; i++) addRecent(recent, 10 - i);
  const less = resizeRecent(recent, 3);
  expect(Array.from(less.sorted)).toEqual([3, 4, 5]);
  addRecent(less, 1);
  expect(Array.from(less.sorted)).toEqual([1, 3, 4]);
  expect(resizeRecent(recent, 9).filled).toBe(5);
});
