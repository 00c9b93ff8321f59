import { describe, expect, test } from 'vitest';
import { meanOf, ofKind, DISTRIBUTIONS } from './distributionForms.ts';
import type { Distribution } from '../../kernel/distributions.ts';
import { nearestIn, plainProblem } from './refusal.ts';
import { fromShare, roundFor, toShare } from './sliderScale.ts';

describe('a slider', () => {
  const linear = { min: 0, max: 100 }, log = { min: 1, max: 10_000, scale: 'log' as const, integer: true };
  test('linear: half way is the middle', () => expect(fromShare(linear, 0.5)).toBe(50));
  test('log: half way is the geometric middle', () => expect(fromShare(log, 0.5)).toBeCloseTo(100));
  test.each([linear, log, { min: 0, max: 60_000, scale: 'log' as const }])('there and back, both ends exact', (param) => {
    expect(fromShare(param, 0)).toBe(param.min);
    expect(fromShare(param, 1)).toBe(param.max);
    for (const share of [0.1, 0.3, 0.77]) expect(toShare(param, fromShare(param, share))).toBeCloseTo(share, 6);
  });
  test('gives round numbers', () => {
    expect(roundFor(log, 123.4)).toBe(120);
    expect(roundFor(log, 3.7)).toBe(4);
    expect(roundFor({ min: 0, max: 1 }, 0.4567)).toBe(0.46);
    expect(roundFor({ min: 0, max: 10, step: 0.25 }, 3.3)).toBe(3.25);
  });
});

describe('a refusal', () => {
  const message = 'params.breaker.slidingWindowSizeCalls is 0, but must be a whole number from 1 to 1000. Nearest: 1.';
  test('names the nearest legal value', () => expect(nearestIn(message)).toBe(1));
  test('and a decimal one', () => expect(nearestIn('x is 2, but must be at most 0.5. Nearest: 0.5.')).toBe(0.5));
  test('speaks of the control by its label', () => expect(plainProblem(message, 'Window size')).toBe('Window size is 0, but must be a whole number from 1 to 1000.'));
  test('may know no nearest value', () => expect(nearestIn('must be less than the window')).toBeUndefined());
});

test('changing the kind of a distribution keeps about the same mean', () => {
  for (const kind of Object.keys(DISTRIBUTIONS) as Distribution['kind'][]) {
    const mean = meanOf(ofKind(kind, 40));
    expect(mean).toBeGreaterThan(15);
    expect(mean).toBeLessThan(100);
  }
});
