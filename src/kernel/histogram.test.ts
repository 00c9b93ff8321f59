import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleOne } from './distributions.ts';
import { clearHistogram, createHistogram, mergeHistogram, quantile, recordValue } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import { exp, log, powInt } from './math.ts';
import { uniform } from './random.ts';

declare function structuredClone<T>(value: T): T;

function filled(values: Iterable<number>): Histogram {
  const histogram = createHistogram();
  for (const value of values) recordValue(histogram, value);
  return histogram;
}

/** Everything a histogram holds, as a text that is quick to compare. */
function content({ counts, ...rest }: Histogram): string {
  return `${JSON.stringify(rest)} ${counts.length}: ${Array.from(counts).flatMap((count, bin) => (count > 0 ? `${bin}=${count}` : [])).join()}`;
}

/** The smallest value whose rank is at least n / parts of all. */
function exact(values: readonly number[], n: number, parts: number): number {
  const sorted = Float64Array.from(values).sort();
  const rank = Math.max(1, Math.floor((n * values.length + parts - 1) / parts));
  return sorted[rank - 1] as number;
}

/** 0.001 to 10^7 ms, all sizes alike. */
const inRange = fc.double({ min: log(0.001), max: log(1e7), noNaN: true }).map(exp);
const anywhere = fc.oneof(inRange, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, -5, 1e-9, 1e12));

describe('quantile', () => {
  test('is within 1 % of the exact nearest-rank quantile from 0.001 to 10^7 ms', () => {
    fc.assert(fc.property(fc.array(inRange, { minLength: 1, maxLength: 200 }), fc.integer({ min: 0, max: 1000 }), (values, n) => {
      expect(Math.abs(quantile(filled(values), n / 1000) / exact(values, n, 1000) - 1)).toBeLessThanOrEqual(0.01);
    }), { numRuns: 500 });
  });

  test('is within 1 % for a value between two extremes, at every bin boundary', () => {
    for (let edge = 1 / 1024; edge < 16777216; edge *= 2) {
      for (let step = 0; step < 64; step++) {
        const boundary = edge * (1 + step / 64);
        for (const value of [boundary, boundary * (1 + 2.220446049250313e-16), boundary * (1 - 1.1102230246251565e-16)]) {
          if (value < 0.001 || value > 1e7) continue;
          const found = quantile(filled([0, value, 1e9]), 0.5);
          expect(Math.abs(found / value - 1) <= 0.01 || `${value} became ${found}`).toBe(true);
        }
      }
    }
  });

  test('counts ranks exactly where share times count is whole', () => {
    const values = Array.from({ length: 100 }, (_, i) => powInt(1.05, i));
    for (let n = 1; n <= 100; n++) expect(Math.abs(quantile(filled(values), n / 100) / (values[n - 1] as number) - 1)).toBeLessThan(0.01);
  });

  test('at 0 and 1 is the exact minimum and maximum, also outside the range', () => {
    fc.assert(fc.property(fc.array(anywhere, { minLength: 1 }), (values) => {
      const histogram = filled(values);
      expect([quantile(histogram, 0) + 0, quantile(histogram, 1) + 0]).toEqual([Math.min(...values) + 0, Math.max(...values) + 0]);
    }));
  });

  test('never falls, and stays between minimum and maximum', () => {
    fc.assert(fc.property(fc.array(anywhere, { minLength: 1 }), (values) => {
      const histogram = filled(values);
      let last = histogram.min;
      for (let n = 0; n <= 20; n++) {
        const next = quantile(histogram, n / 20);
        expect(next).toBeGreaterThanOrEqual(last);
        last = next;
      }
      expect(last).toBe(histogram.max);
    }));
  });

  test('of values that are all alike is that value', () => {
    for (const value of [0, 0.0005, 7.77, 1e9]) expect([0, 0.3, 0.5, 1].map((q) => quantile(filled([value, value, value]), q))).toEqual([value, value, value, value]);
  });

  test('outside the range stands at the nearest extreme', () => {
    const outside = filled([-4, 0, 0.0001, 5, 2e7, 3e8, 4e9]);
    expect([0.2, 0.4, 0.5, 0.6, 0.8].map((q) => quantile(outside, q))).toEqual([-4, -4, expect.closeTo(5, 1), 4e9, 4e9]);
  });

  test('of nothing is NaN, of a share that is none an error', () => {
    expect(quantile(createHistogram(), 0.5)).toBeNaN();
    for (const q of [-0.01, 1.01, NaN]) expect(() => quantile(filled([1]), q)).toThrow(RangeError);
  });

  test('finds the known quantiles of 100,000 exponential values', () => {
    const histogram = createHistogram();
    for (let i = 0; i < 100000; i++) recordValue(histogram, sampleOne({ kind: 'exponential', meanMs: 20 }, uniform(1, 2, i, 0)));
    for (const q of [0.1, 0.5, 0.9, 0.99]) {
      const expected = -20 * log(1 - q);
      const spread = (20 / expected) * Math.sqrt(q / (1 - q) / 100000);
      expect(Math.abs(quantile(histogram, q) / expected - 1)).toBeLessThan(0.01 + 4 * spread);
    }
  });
});

describe('recording', () => {
  test('keeps count, sum, minimum and maximum exactly', () => {
    fc.assert(fc.property(fc.array(anywhere), (values) => {
      const histogram = filled(values);
      expect(histogram.count).toBe(values.length);
      expect(histogram.counts.reduce((sum, each) => sum + each, 0)).toBe(values.length);
      expect(histogram.sum).toBe(values.reduce((sum, each) => sum + each, 0));
      expect([histogram.min, histogram.max]).toEqual([Math.min(...values.map((each) => each + 0)), Math.max(...values.map((each) => each + 0))]);
    }));
  });

  test('refuses what is not a finite number, and changes nothing', () => {
    const histogram = filled([3]);
    for (const value of [NaN, Infinity, -Infinity]) expect(() => recordValue(histogram, value)).toThrow(RangeError);
    expect(content(histogram)).toBe(content(filled([3])));
  });

  test('needs no order', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -10, max: 100000000 })), (values) => {
      expect(content(filled([...values].reverse()))).toBe(content(filled(values)));
    }));
  });

  test('stops at a full bin instead of starting over', () => {
    const histogram = filled([5]);
    const bin = histogram.counts.indexOf(1);
    histogram.counts[bin] = 0xfffffffe;
    for (let i = 0; i < 3; i++) recordValue(histogram, 5);
    expect(histogram.counts[bin]).toBe(0xffffffff);
    mergeHistogram(histogram, filled([5, 5]));
    expect(histogram.counts[bin]).toBe(0xffffffff);
  });
});

describe('plain data', () => {
  test('merging is the same as recording everything in one', () => {
    const whole = fc.array(fc.oneof(fc.integer({ min: -10, max: 100000000 }), fc.constantFrom(0.125, 0.0001220703125)));
    fc.assert(fc.property(whole, whole, (a, b) => {
      const into = filled(a);
      const from = filled(b);
      mergeHistogram(into, from);
      expect(content(into)).toBe(content(filled([...a, ...b])));
      expect(content(from)).toBe(content(filled(b)));
    }));
  });

  test('merging with itself doubles every count', () => {
    const histogram = filled([1, 2, 3]);
    mergeHistogram(histogram, histogram);
    expect(content(histogram)).toBe(content(filled([1, 1, 2, 2, 3, 3])));
  });

  test('clearing leaves it as new', () => {
    const histogram = filled([0, 5, 1e9]);
    clearHistogram(histogram);
    expect(histogram).toEqual(createHistogram());
    recordValue(histogram, 7);
    expect(content(histogram)).toBe(content(filled([7])));
  });

  test('a structured clone goes on alone', () => {
    const histogram = filled([1, 2, 3]);
    const copy = structuredClone(histogram);
    expect(content(copy)).toBe(content(histogram));
    recordValue(copy, 4);
    expect(content(histogram)).toBe(content(filled([1, 2, 3])));
    expect(content(copy)).toBe(content(filled([1, 2, 3, 4])));
  });
});
