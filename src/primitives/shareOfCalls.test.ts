import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowance, createShare, hearCall, spend } from './shareOfCalls.ts';

test('within any N calls in a row never more than the share', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ noNaN: true, min: 0, max: 100 }), fc.array(fc.nat(3), { maxLength: 200 }), (n, percent, asks) => {
    const share = createShare(n);
    const spent = asks.map((times) => {
      hearCall(share);
      let got = 0;
      for (let i = 0; i < times; i++) if (spend(share, percent)) got++;
      return got;
    });
    for (let from = 0; from < spent.length; from++) {
      const within = spent.slice(from, from + n);
      expect(within.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(Math.floor((percent * n) / 100 + 1e-9));
    }
  }));
});

test('begins small: one of the first calls, then its share of those that came', () => {
  const share = createShare(1000);
  expect(allowance(share, 5)).toBe(1);
  for (let i = 0; i < 200; i++) hearCall(share);
  expect(allowance(share, 5)).toBe(10);
  for (let i = 0; i < 5000; i++) hearCall(share);
  expect(allowance(share, 5)).toBe(50);
  expect(allowance(share, 0)).toBe(0);
});
