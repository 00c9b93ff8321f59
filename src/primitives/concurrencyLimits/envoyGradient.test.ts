/** Sequences worked out by hand from Envoy's gradient_controller.cc. */
import { expect, test } from 'vitest';
import { createEnvoyGradient, envoyDueMs, hearEnvoy, isMeasuring, nextEnvoyLimit, tickEnvoy, type EnvoyTerms } from './envoyGradient.ts';

const terms: EnvoyTerms = {
  minLimit: 3, maxLimit: 1000, samplePercentile: 50, updateIntervalMs: 100, minRttIntervalMs: 60_000, minRttRequests: 5, minRttJitterPercent: 15, minRttBufferPercent: 25,
};
const controller = (more: Partial<EnvoyTerms> = {}) => {
  const all = { ...terms, ...more };
  const state = createEnvoyGradient(all, 0);
  const hear = (nowMs: number, ...times: number[]): void => { for (const ms of times) hearEnvoy(state, all, nowMs - ms, ms, nowMs, () => 0.5); };
  return { state, hear, tick: (nowMs: number) => tickEnvoy(state, all, nowMs), measured: (rttMs: number) => hear(rttMs, ...Array.from({ length: all.minRttRequests }, () => rttMs)) };
};

test('begins with a measurement at the lowest limit, which waits for its answers', () => {
  const { state, hear } = controller();
  expect([state.limit, isMeasuring(state), envoyDueMs(state)]).toEqual([3, true, Infinity]);
  hear(50, 10, 20, 30, 40);
  expect(isMeasuring(state)).toBe(true);
  hear(50, 50);
  // The median of 10 … 50; windows every 100 ms from now; the next measurement after 60 s and half of 15 % jitter.
  expect(state).toMatchObject({ deferredLimit: 0, minRttMs: 30, limit: 3, windowDueMs: 150, minRttDueMs: 50 + 60_000 * 1.075 });
});

test('limit · gradient + √ of that, the gradient being (minRTT + 25 %)/p50 within 0.5 and 2', () => {
  const { state } = controller();
  const next = (limit: number, sampleRttMs: number): number => nextEnvoyLimit({ ...state, limit, minRttMs: 100, sampleRttMs }, terms);
  // 125/125 = 1: 100 + 10. 125/250 = 0.5: 50 + 7.07. 125/1000, not below 0.5. 125/100 = 1.25: 125 + 11.2. 125/10, not above 2: 200 + 14.1.
  expect([next(100, 125), next(100, 250), next(100, 1000), next(100, 100), next(100, 10)]).toEqual([110, 57, 57, 136, 214]);
  expect([next(3, 1000), next(900, 100)]).toEqual([3, 1000]);
});

test('grows window by window while times stay short: 3, 5, 8, 13, 20, 30', () => {
  const { state, hear, tick, measured } = controller();
  measured(40);
  const limits = [state.limit];
  for (let i = 1; i <= 5; i++) {
    hear(40 + i * 100, 40, 40);
    tick(40 + i * 100);
    limits.push(state.limit);
  }
  // · 1.25, and the root: 3.75 + 1.94, 6.25 + 2.5, 10 + 3.16, 16.25 + 4.03, 25 + 5.
  expect(limits).toEqual([3, 5, 8, 13, 20, 30]);
});

test('a window without an answer changes nothing', () => {
  const { state, tick, measured } = controller();
  measured(40);
  tick(140);
  expect(state).toMatchObject({ limit: 3, windowDueMs: 240, atMinimum: 0 });
});

test('the next measurement sets the limit low, forgets what it heard, does not count older calls, and puts the limit back', () => {
  const { state, hear, tick, measured } = controller();
  measured(40);
  tick(64_500);
  state.limit = 50;
  hear(64_520, 10);
  tick(64_540);
  expect(state).toMatchObject({ limit: 3, deferredLimit: 50, epochMs: 64_540, samples: [] });
  expect(envoyDueMs(state)).toBe(Infinity);
  hear(64_600, 100, 100);
  expect(state.samples).toEqual([]);
  hear(64_700, 80, 80, 80, 80, 80);
  expect(state).toMatchObject({ limit: 50, deferredLimit: 0, minRttMs: 80 });
});

test('five windows in a row at the lowest limit: minRTT is taken for wrong, and measured at once', () => {
  const { state, hear, tick, measured } = controller();
  measured(10);
  for (let i = 1; i <= 5; i++) {
    expect(isMeasuring(state)).toBe(false);
    hear(10 + i * 100, 90);
    tick(10 + i * 100);
  }
  expect([isMeasuring(state), state.limit]).toEqual([true, 3]);
});

test('the percentile is by nearest rank', () => {
  const { state, hear } = controller({ samplePercentile: 90, minRttRequests: 10 });
  hear(20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  expect(state.minRttMs).toBe(9);
});
