/** Sequences worked out by hand from the sources of Netflix concurrency-limits. */
import { describe, expect, test } from 'vitest';
import {
  aimd, createGradient2, createVegas, createWindow, hearGradient2, hearVegas, hearWindow, log10Root,
  type AimdTerms, type Gradient2Terms, type Sample, type VegasTerms,
} from './netflix.ts';

const sample = (rttMs: number, inFlight: number, dropped = false, startMs = 0): Sample => ({ startMs, rttMs, inFlight, dropped });

describe('AIMD', () => {
  const terms: AimdTerms = { initialLimit: 20, minLimit: 20, maxLimit: 200, backoffRatio: 0.9, rttTimeoutMs: 5000 };
  const run = (limit: number, ...samples: Sample[]): number[] => samples.map((one) => (limit = aimd(limit, terms, one)));

  test('one more where at least half is in use: 2 · inflight ≥ limit', () => {
    expect(run(30, sample(10, 15), sample(10, 15), sample(10, 16), sample(10, 16))).toEqual([31, 31, 32, 33]);
  });
  test('× 0.9, rounded down, on a drop and on a time above the time-out, not at it', () => {
    expect(run(100, sample(10, 60, true), sample(5001, 60), sample(5000, 60))).toEqual([90, 81, 82]);
  });
  test('within the bounds', () => {
    expect(run(21, sample(10, 1, true), sample(10, 1, true))).toEqual([20, 20]);
    expect(run(199, sample(10, 150), sample(10, 150))).toEqual([200, 200]);
  });
});

test('log10 of a limit, at least 1, and the square root from 1000 on', () => {
  expect([1, 9, 10, 99, 100, 999, 1000, 2500].map(log10Root)).toEqual([1, 1, 1, 1, 2, 2, 31, 50]);
});

describe('Vegas', () => {
  const terms: VegasTerms = { initialLimit: 20, minLimit: 1, maxLimit: 1000, vegasAlpha: 3, vegasBeta: 6, probeMultiplier: 30, vegasSmoothing: 1 };
  const half = (): number => 0.5;
  const vegas = (initialLimit: number, more: Partial<VegasTerms> = {}) => {
    const all = { ...terms, initialLimit, ...more };
    const state = createVegas(all, 0.5);
    return { state, hear: (...samples: Sample[]) => samples.map((one) => { hearVegas(state, all, one, half); return state.estimate; }) };
  };

  test('the first sample is the shortest time, and so is each shorter one: neither moves the limit', () => {
    const { state, hear } = vegas(20);
    expect(hear(sample(100, 20), sample(90, 20))).toEqual([20, 20]);
    expect(state.shortestMs).toBe(90);
  });
  test('no queue (q ≤ log10 L): + β · log10 L', () => {
    // q = ⌈20 (1 − 100/100)⌉ = 0, ⌈26 (1 − 100/104)⌉ = 1.
    expect(vegas(20).hear(sample(100, 20), sample(100, 20), sample(104, 26, false))).toEqual([20, 26, 32]);
  });
  test('a short one (q < α · log10 L): + log10 L', () => {
    // q = ⌈20 (1 − 100/110)⌉ = 2.
    expect(vegas(20).hear(sample(100, 20), sample(110, 20))).toEqual([20, 21]);
  });
  test('between α and β it stays: q = 3 … 6', () => {
    // ⌈20 (1 − 100/115)⌉ = 3, ⌈20 (1 − 100/140)⌉ = 6.
    expect(vegas(20).hear(sample(100, 20), sample(115, 20), sample(140, 20))).toEqual([20, 20, 20]);
  });
  test('a long one (q > β · log10 L) or a drop: − log10 L', () => {
    // ⌈20 (1 − 100/150)⌉ = 7; from 200 on log10 is 2.
    expect(vegas(20).hear(sample(100, 20), sample(150, 20), sample(100, 20, true))).toEqual([20, 19, 18]);
    expect(vegas(200).hear(sample(100, 200), sample(100, 200, true))).toEqual([200, 198]);
  });
  test('less than half in use moves nothing, but a drop does', () => {
    expect(vegas(20).hear(sample(100, 20), sample(100, 9), sample(100, 10), sample(100, 5, true))).toEqual([20, 20, 26, 25]);
  });
  test('after 30 · limit · (0.5 to 1) samples the newest time is taken for the shortest', () => {
    const { state, hear } = vegas(1, { probeMultiplier: 4 });
    // 0.75 · 4 · 1 = 3: the third sample probes.
    hear(sample(100, 1), sample(100, 0), sample(300, 0));
    expect(state).toMatchObject({ shortestMs: 300, probeCount: 0, probeJitter: 0.75 });
  });
  test('smoothing, and the bounds', () => {
    expect(vegas(20, { vegasSmoothing: 0.5 }).hear(sample(100, 20), sample(100, 20))).toEqual([20, 23]);
    expect(vegas(20, { maxLimit: 22 }).hear(sample(100, 20), sample(100, 20))).toEqual([20, 22]);
    expect(vegas(1).hear(sample(100, 1), sample(100, 1, true))).toEqual([1, 1]);
  });
});

describe('Gradient2', () => {
  const terms: Gradient2Terms = { initialLimit: 50, minLimit: 20, maxLimit: 200, rttTolerance: 1.5, smoothing: 0.2, queueSize: 4, longWindow: 600 };
  const gradient2 = (more: Partial<Gradient2Terms> = {}) => {
    const all = { ...terms, ...more };
    const state = createGradient2(all);
    return { state, hear: (...samples: Sample[]) => samples.map((one) => { hearGradient2(state, all, one); return Math.round(state.estimate * 1e6) / 1e6; }) };
  };

  test('steady times: the gradient is 1, and the limit grows by smoothing · queueSize = 0.8', () => {
    expect(gradient2().hear(sample(100, 40), sample(100, 40), sample(100, 40))).toEqual([50.8, 51.6, 52.4]);
  });
  test('a jump: (1 − 0.2) L + 0.2 (L · max(0.5, 1.5 · long/short) + 4)', () => {
    // Second sample: long = (100 + 400)/2 = 250, gradient 1.5 · 250/400 = 0.9375: 50.8 · 0.8 + 0.2 (50.8 · 0.9375 + 4) = 50.965.
    // Third: long = 900/3 = 300 … 1.5 · 300/400 > 1: 51.765.
    expect(gradient2().hear(sample(100, 40), sample(400, 40), sample(400, 40))).toEqual([50.8, 50.965, 51.765]);
  });
  test('never to less than half, before smoothing', () => {
    const { hear } = gradient2({ smoothing: 1 });
    hear(...Array.from({ length: 10 }, () => sample(100, 10)));
    // After the warm-up long = 100 · (1 − 2/601) + 10 000 · 2/601 = 132.9; 1.5 · 132.9/10 000 is far below 0.5: 50 · 0.5 + 4.
    expect(hear(sample(10_000, 40))).toEqual([29]);
  });
  test('the first ten samples are a plain mean, then each weighs 2/(n + 1)', () => {
    const { state, hear } = gradient2({ longWindow: 19 });
    hear(...Array.from({ length: 10 }, (_, i) => sample(100 + i, 0)));
    expect(state.longMs).toBeCloseTo(104.5, 9);
    hear(sample(204.5, 0));
    expect(state.longMs).toBeCloseTo(114.5, 9);
  });
  test('with less than half in use it stays; and a long run more than twice the newest time comes down by a twentieth', () => {
    const { state, hear } = gradient2();
    expect(hear(sample(100, 24), sample(100, 25))).toEqual([50, 50.8]);
    hear(sample(10, 0));
    expect(state.longMs).toBeCloseTo((210 / 3) * 0.95, 9);
  });
});

test('a window makes one sample of several: the mean time, the most under way, dropped if any was', () => {
  const state = createWindow(), terms = { windowMs: 1000, windowSize: 3 };
  // The very first answer ends the first window, which has too few.
  expect(hearWindow(state, terms, sample(10, 5, false, 0))).toBeUndefined();
  expect(state.untilMs).toBe(1010);
  expect(hearWindow(state, terms, sample(100, 5, false, 100))).toBeUndefined();
  expect(hearWindow(state, terms, sample(200, 9, true, 200))).toBeUndefined();
  expect(hearWindow(state, terms, sample(300, 7, false, 800))).toEqual({ startMs: 800, rttMs: 200, inFlight: 9, dropped: true });
  expect(hearWindow(state, terms, sample(10, 1, false, 2500))).toBeUndefined();
});
