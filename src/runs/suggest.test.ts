import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, listed, nearestName } from './suggest.ts';

const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 }).map((letters) => letters.join(''));

/** By the definition: the slow way. */
function slowly(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const tail = Math.min(slowly(a.slice(1), b) + 1, slowly(a, b.slice(1)) + 1, slowly(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1));
  return a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0] ? Math.min(tail, slowly(a.slice(2), b.slice(2)) + 1) : tail;
}

describe('distance', () => {
  it('counts insertions, deletions, replacements and swaps of neighbours', () => {
    expect(distance('retry', 'retry')).toBe(0);
    expect(distance('rtery', 'retry')).toBe(1);
    expect(distance('rety', 'retry')).toBe(1);
    expect(distance('retryy', 'retry')).toBe(1);
    expect(distance('rebry', 'retry')).toBe(1);
    expect(distance('', 'abc')).toBe(3);
  });
  it('is what the definition says', () => {
    fc.assert(fc.property(words, words, (a, b) => { expect(distance(a, b)).toBe(slowly(a, b)); }), { numRuns: 150 });
  });
});

describe('the nearest name', () => {
  const known = ['circuit-breaker', 'retry', 'bulkhead', 'rate-limiter', 'saga', 'two-phase-commit'];
  it.each([
    ['circuit-braker', 'circuit-breaker'], ['CircuitBreaker', 'circuit-breaker'], ['circuit_breaker', 'circuit-breaker'], ['breaker', 'circuit-breaker'], ['rety', 'retry'], ['bulkehad', 'bulkhead'],
    ['ratelimit', 'rate-limiter'], ['sga', 'saga'], ['2-phase-commit', 'two-phase-commit'],
  ])('for %s is %s', (typed, meant) => {
    expect(nearestName(typed, known)).toBe(meant);
  });
  it('is not offered where nothing is similar', () => {
    for (const typed of ['', 'x', 'kubernetes', 'constructor', '__proto__', 'é☃']) expect(nearestName(typed, known)).toBeUndefined();
    expect(nearestName('anything', [])).toBeUndefined();
  });
  it('is found at once for a name of ten million letters', () => {
    const huge = 'circuit'.repeat(1_500_000);
    expect(huge.charAt(7)).toBe('c'); // written out now, not while the clock runs
    const start = performance.now();
    nearestName(huge, known);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

it('lists eight names and counts the rest', () => {
  expect(listed(['a', 'b'])).toBe('a, b');
  expect(listed([...'abcdefghij'])).toBe('a, b, c, d, e, f, g, h and 2 more');
});
