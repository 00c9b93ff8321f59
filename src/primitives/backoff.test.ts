import fc from 'fast-check';
import { expect, test } from 'vitest';
import { delayRanges, GROWTHS, JITTERS, longestDelayMs, nextWait, plainDelayMs, type BackoffLaw } from './backoff.ts';

const law: BackoffLaw = { growth: 'exponential', baseMs: 100, factor: 2, maxDelayMs: 10_000, jitter: 'none', jitterRatio: 0.5, capOrder: 'beforeJitter' };
/** The waits of a whole call, each with its draw. */
function waits(changes: Partial<BackoffLaw>, draws: readonly number[]): number[] {
  let memory = 0;
  return draws.map((u, i) => {
    const wait = nextWait({ ...law, ...changes }, i + 1, memory, u);
    memory = wait.memory;
    return wait.delayMs;
  });
}
const close = (actual: readonly number[], expected: readonly number[]): void => expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 9));
const HALF = [0.5, 0.5, 0.5, 0.5];

test('without jitter the wait stays, grows linearly or exponentially', () => {
  expect(waits({ growth: 'none' }, HALF)).toEqual([0, 0, 0, 0]);
  expect(waits({ growth: 'constant' }, HALF)).toEqual([100, 100, 100, 100]);
  expect(waits({ growth: 'linear' }, HALF)).toEqual([100, 200, 300, 400]);
  expect(waits({}, HALF)).toEqual([100, 200, 400, 800]);
  expect(waits({ factor: 1.5, baseMs: 500 }, HALF)).toEqual([500, 750, 1125, 1687.5]);
  expect(waits({ maxDelayMs: 250 }, HALF)).toEqual([100, 200, 250, 250]);
});

test('full, equal, ± and the sketch’s 10 % spread it as named', () => {
  expect(waits({ jitter: 'full' }, [0, 0.25, 0.5, 0.75])).toEqual([0, 50, 200, 600]);
  expect(waits({ jitter: 'equal' }, [0, 0.25, 0.5, 0.75])).toEqual([50, 125, 300, 700]);
  close(waits({ jitter: 'plusMinus', jitterRatio: 0.2 }, [0, 0.25, 0.5, 0.75]), [80, 180, 400, 880]);
  close(waits({ jitter: 'plusMinus', jitterRatio: 0.5 }, [0, 0.5, 1, 0.5]), [50, 200, 600, 800]);
  close(waits({ jitter: 'additive10', baseMs: 1000, maxDelayMs: 1e6 }, [0, 0.5, 1]), [1000, 2100, 4400]);
});

test('AWS decorrelated: each wait lies between the base and three times the one before', () => {
  // s1 = U(100, 300), s2 = U(100, 3 · s1), …
  expect(waits({ jitter: 'awsDecorrelated' }, [0.5, 0.5, 0, 0.5])).toEqual([200, 350, 100, 200]);
  expect(waits({ jitter: 'awsDecorrelated', maxDelayMs: 320 }, [0.5, 0.5, 0.5])).toEqual([200, 320, 320]);
});

test('decorrelated V2 agrees with the published formula', () => {
  // Here the built-in functions are the independent reference.
  const x = (t: number): number => 2 ** t * Math.tanh(Math.sqrt(4 * t));
  const draws = [0.3, 0.8, 0.1, 0.5];
  const expected = draws.map((u, i) => ((x(i + u) - (i === 0 ? 0 : x(i - 1 + draws[i - 1]!))) * 100) / 1.4);
  close(waits({ jitter: 'decorrelatedV2', maxDelayMs: 1e9 }, draws), expected);
  // The sum telescopes: n waits together are x at the last draw, whatever the others were.
  expect(waits({ jitter: 'decorrelatedV2', maxDelayMs: 1e9 }, [0.9, 0.1, 0.4]).reduce((a, b) => a + b)).toBeCloseTo((x(2.4) * 100) / 1.4, 9);
  // The median of the first wait is about the base, as Polly promises.
  expect(waits({ jitter: 'decorrelatedV2' }, [0.5])[0]).toBeCloseTo(100 * (x(0.5) / 1.4), 9);
  expect(x(0.5) / 1.4).toBeGreaterThan(0.85);
  expect(x(0.5) / 1.4).toBeLessThan(1.05);
});

test('Envoy draws from [0, (2^k − 1) · base), cut at the longest wait', () => {
  const envoy = { jitter: 'envoy', baseMs: 25, maxDelayMs: 250 } as const;
  const almost = 1 - 1e-12;
  close(waits(envoy, [almost, almost, almost, almost, almost]), [25, 75, 175, 250, 250]);
  expect(waits(envoy, [0.5, 0.5, 0.5, 0.5])).toEqual([12.5, 37.5, 87.5, 125]);
});

test('a cap after the jitter piles waits up at the cap, a cap before it does not', () => {
  const draws = Array.from({ length: 1000 }, (_, i) => i / 1000);
  const atCap = (capOrder: BackoffLaw['capOrder']): number =>
    draws.filter((u) => nextWait({ ...law, jitter: 'plusMinus', maxDelayMs: 400, capOrder }, 3, 0, u).delayMs === 400).length;
  expect(atCap('afterJitter')).toBe(500);
  expect(atCap('beforeJitter')).toBeLessThanOrEqual(1);
});

const laws: fc.Arbitrary<BackoffLaw> = fc.record({
  growth: fc.constantFrom(...GROWTHS), baseMs: fc.double({ min: 0, max: 600_000, noNaN: true }), factor: fc.double({ min: 1, max: 10, noNaN: true }),
  maxDelayMs: fc.double({ min: 0, max: 86_400_000, noNaN: true }), jitter: fc.constantFrom(...JITTERS), jitterRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  capOrder: fc.constantFrom('beforeJitter' as const, 'afterJitter' as const),
}).map((drawn) => ({ ...drawn, maxDelayMs: Math.max(drawn.baseMs, drawn.maxDelayMs) }));

test('no law ever waits less than nothing, longer than it says, or not a number', () => {
  fc.assert(fc.property(laws, fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 1, maxLength: 2000, size: 'small' }), (drawn, draws) => {
    for (const delayMs of waits(drawn, draws)) {
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThanOrEqual(longestDelayMs(drawn) * (1 + 1e-12));
    }
  }), { numRuns: 300 });
});

test('every wait lies within the range that is shown for it', () => {
  fc.assert(fc.property(laws, fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 1, maxLength: 9 }), (drawn, draws) => {
    const ranges = delayRanges(drawn, draws.length);
    waits(drawn, draws).forEach((delayMs, i) => {
      expect(delayMs).toBeGreaterThanOrEqual(ranges[i]!.fromMs - 1e-6);
      expect(delayMs).toBeLessThanOrEqual(ranges[i]!.toMs * (1 + 1e-9) + 1e-6);
    });
  }), { numRuns: 300 });
});

test('a growth beyond all numbers is the longest wait, even with a draw of 0', () => {
  expect(nextWait({ ...law, factor: 10, capOrder: 'afterJitter', jitter: 'full' }, 400, 0, 0).delayMs).toBe(10_000);
  expect(nextWait({ ...law, factor: 10 }, 400, 0, 0).delayMs).toBe(10_000);
  expect(plainDelayMs({ ...law, baseMs: 0, factor: 10 }, 400)).toBe(0);
});
