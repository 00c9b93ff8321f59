/** What every limit promises, on random traces: its exact bound over all pairs of admitted requests, honest waits, and that a refusal changes nothing. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createConcurrency, decideConcurrency, peekConcurrency, release } from './concurrency.ts';
import { createCycles, decideCycles, peekCycles } from './cycles.ts';
import type { Decision, Peek } from './decision.ts';
import { createFixedWindow, decideFixedWindow, peekFixedWindow, windowAt } from './fixedWindow.ts';
import { createPacing, decidePacing, peekPacing } from './pacing.ts';
import { createSegmentedWindow, decideSegmentedWindow, peekSegmentedWindow } from './segmentedWindow.ts';
import { createSlidingCounter, decideSlidingCounter, peekSlidingCounter } from './slidingCounter.ts';
import { createSlidingLog, decideSlidingLog, peekSlidingLog } from './slidingLog.ts';
import { createWarmUp, decideWarmUp, peekWarmUp, slopeOf, warmUpRate } from './warmUp.ts';

const RUNS = Number(process.env['LIMIT_RUNS'] ?? 60);
const W = 1000, N = 8;

interface Kept {
  state: object;
  ask(cost: number, nowMs: number, maxWaitMs?: number): Decision;
  look(nowMs: number): Peek;
}
type Make = () => Kept;
function kept<S extends object>(make: () => S, ask: (state: S, cost: number, nowMs: number, maxWaitMs: number) => Decision, look: (state: S, nowMs: number) => Peek): Make {
  return () => {
    const state = make();
    return { state, ask: (cost, nowMs, maxWaitMs = 0) => ask(state, cost, nowMs, maxWaitMs), look: (nowMs) => look(state, nowMs) };
  };
}
const windows = { limit: N, windowMs: W };
const segmented = { ...windows, segments: 4 };
const cycles = { limit: N, periodMs: W };
const paced = { ratePerSecond: N, depth: 1000 };
const warm = { ratePerSecond: N, periodMs: 2 * W, coldFactor: 3 };
const all: Readonly<Record<string, Make>> = {
  fixedWindow: kept(() => createFixedWindow(windows, 0), (s, c, t) => decideFixedWindow(s, windows, c, t), (s, t) => peekFixedWindow(s, windows, t)),
  slidingLog: kept(createSlidingLog, (s, c, t) => decideSlidingLog(s, windows, c, t), (s, t) => peekSlidingLog(s, windows, t)),
  slidingCounter: kept(() => createSlidingCounter(windows, 0), (s, c, t) => decideSlidingCounter(s, windows, c, t), (s, t) => peekSlidingCounter(s, windows, t)),
  segmentedWindow: kept(() => createSegmentedWindow(segmented, 0), (s, c, t) => decideSegmentedWindow(s, segmented, c, t), (s, t) => peekSegmentedWindow(s, segmented, t)),
  cycles: kept(() => createCycles(cycles, 0), (s, c, t, w) => decideCycles(s, cycles, c, t, w), (s, t) => peekCycles(s, cycles, t)),
  pacing: kept(createPacing, (s, c, t, w) => decidePacing(s, paced, c, t, w), (s, t) => peekPacing(s, paced, t)),
  warmUp: kept(() => createWarmUp(warm, 0), (s, c, t, w) => decideWarmUp(s, warm, c, t, w), (s, t) => peekWarmUp(s, warm, t)),
};
const names = Object.keys(all);
const shapes = names.filter((name) => name === 'cycles' || name === 'pacing' || name === 'warmUp');

/** Gaps that like bursts, boundaries and long rests. */
const gap = fc.oneof({ weight: 6, arbitrary: fc.nat(30) }, { weight: 3, arbitrary: fc.nat(400) }, { weight: 1, arbitrary: fc.constantFrom(0, 0, 250, W, W - 1, 3 * W) });
const trace = (cost: fc.Arbitrary<number> = fc.constant(1)) => fc.array(fc.tuple(gap, cost), { minLength: 5, maxLength: 120, size: 'max' });
const costs = fc.constantFrom(0.5, 1, 1, 2, 3, 5);

/** Starts of what was admitted, with costs. */
function admittedIn(make: Make, steps: readonly (readonly [number, number])[], maxWaitMs = 0): { atMs: number; cost: number }[] {
  const limit = make();
  let nowMs = 0;
  const out: { atMs: number; cost: number }[] = [];
  for (const [gapMs, cost] of steps) {
    nowMs += gapMs;
    const decision = limit.ask(cost, nowMs, maxWaitMs);
    if (decision.allowed) out.push({ atMs: nowMs + decision.waitMs, cost });
  }
  return out.sort((a, b) => a.atMs - b.atMs);
}
/** The most in any half-open stretch (t − span, t]: over all pairs. */
function mostIn(admitted: readonly { atMs: number; cost: number }[], spanMs: number): number {
  let most = 0;
  for (let i = 0; i < admitted.length; i++) {
    let sum = 0;
    for (let j = i; j < admitted.length && admitted[j]!.atMs < admitted[i]!.atMs + spanMs - 1e-6; j++) sum += admitted[j]!.cost;
    most = Math.max(most, sum);
  }
  return most;
}
const check = (property: fc.IProperty<unknown>): void => fc.assert(property as fc.IProperty<[unknown]>, { numRuns: RUNS });

describe('exact bounds, over all pairs of admitted requests', () => {
  test.each([['fixedWindow', 2 * N], ['slidingLog', N], ['slidingCounter', 2 * N - 1], ['segmentedWindow', 2 * N], ['cycles', 2 * N]])('%s: at most %i in any window', (name, bound) => {
    check(fc.property(trace(), (steps) => { expect(mostIn(admittedIn(all[name]!, steps), W)).toBeLessThanOrEqual(bound); }));
  });
  test('the log keeps its limit with costs too, the aligned ones in each of their windows', () => {
    check(fc.property(trace(costs), (steps) => {
      expect(mostIn(admittedIn(all['slidingLog']!, steps), W)).toBeLessThanOrEqual(N + 1e-6);
      for (const name of ['fixedWindow', 'cycles'] as const) {
        const byWindow = new Map<number, number>();
        for (const { atMs, cost } of admittedIn(all[name]!, steps)) byWindow.set(windowAt(atMs, W), (byWindow.get(windowAt(atMs, W)) ?? 0) + cost);
        for (const used of byWindow.values()) expect(used, name).toBeLessThanOrEqual(N + 1e-6);
      }
    }));
  });
  test('cycles: with places in cycles to come too, no cycle has more than its permits', () => {
    check(fc.property(trace(), fc.nat(5000), (steps, waitMs) => {
      const byCycle = new Map<number, number>();
      for (const { atMs } of admittedIn(all['cycles']!, steps, waitMs)) byCycle.set(windowAt(atMs + 1e-6, W), (byCycle.get(windowAt(atMs + 1e-6, W)) ?? 0) + 1);
      for (const used of byCycle.values()) expect(used).toBeLessThanOrEqual(N);
    }));
  });
  test('segments: the limit in any stretch of all but one', () => {
    check(fc.property(trace(costs), (steps) => { expect(mostIn(admittedIn(all['segmentedWindow']!, steps), (W * 3) / 4)).toBeLessThanOrEqual(N + 1e-6); }));
  });
  test('pacing: any two starts lie at least cost / rate apart', () => {
    check(fc.property(trace(costs), fc.nat(2000), (steps, waitMs) => {
      const admitted = admittedIn(all['pacing']!, steps, waitMs);
      for (let i = 1; i < admitted.length; i++) expect(admitted[i]!.atMs - admitted[i - 1]!.atMs).toBeGreaterThanOrEqual((admitted[i - 1]!.cost * 1000) / N - 1e-6);
    }));
  });
  test('warm-up: never above the stable rate by more than one', () => {
    check(fc.property(trace(), fc.nat(2000), (steps, waitMs) => { expect(mostIn(admittedIn(all['warmUp']!, steps, waitMs), W)).toBeLessThanOrEqual(N + 1); }));
  });
  test('the bounds are reached: 2N around the boundary, 2N − 1 by the counter, N by the log', () => {
    const burst = (fromMs: number, count: number, stepMs: number) => Array.from({ length: count }, (_, i): [number, number] => [i === 0 ? fromMs : stepMs, 1]);
    const around = [...burst(W - N, N, 1), ...burst(1, N, 1)];
    for (const name of ['fixedWindow', 'cycles']) expect(mostIn(admittedIn(all[name]!, around), W), name).toBe(2 * N);
    expect(mostIn(admittedIn(all['slidingLog']!, around), W)).toBe(N);
    const late = [...burst(W - N / 4, N, 0.25), ...burst(W / N + 0.25, N - 1, W / N)];
    expect(mostIn(admittedIn(all['slidingCounter']!, late), W)).toBe(2 * N - 1);
  });
  test('concurrency: never more than the limit under way, and urgent calls find what is kept for them', () => {
    const terms = { limit: 10, reservedRatio: 0.2 };
    check(fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 100 }), (steps) => {
      const state = createConcurrency();
      let others = 0;
      for (const [come, urgent] of steps) {
        if (!come) { release(state, 1); others = Math.max(0, others - 1); continue; }
        if (decideConcurrency(state, terms, 1, 0, urgent).allowed && !urgent) others++;
        expect(state.inFlight).toBeLessThanOrEqual(10);
        expect(peekConcurrency(state, terms).remaining).toBe(10 - state.inFlight);
      }
    }));
    const state = createConcurrency();
    for (let i = 0; i < 20; i++) decideConcurrency(state, terms, 1, 0, false);
    expect(state.inFlight).toBe(8);
    for (let i = 0; i < 20; i++) decideConcurrency(state, terms, 1, 0, true);
    expect(state.inFlight).toBe(10);
  });
});

describe.each(names)('%s', (name) => {
  const make = all[name]!;
  test('a refusal changes nothing that a later decision could tell', () => {
    check(fc.property(trace(costs), fc.array(fc.tuple(fc.nat(119), fc.nat(20)), { maxLength: 30 }), (steps, extra) => {
      const plain = make(), asked = make();
      let nowMs = 0;
      const more = new Map(extra);
      steps.forEach(([gapMs, cost], i) => {
        nowMs += gapMs;
        // Asked for what it cannot give, at odd moments.
        if (more.has(i)) expect(asked.ask(1000, nowMs).allowed && name !== 'pacing' && name !== 'warmUp').toBe(false);
        if (more.has(i) && (name === 'pacing' || name === 'warmUp')) plain.ask(1000, nowMs);
        expect(asked.ask(cost, nowMs)).toEqual(plain.ask(cost, nowMs));
      });
    }));
  });
  test('a look changes nothing, and a decision says what a look then shows', () => {
    check(fc.property(trace(costs), (steps) => {
      const limit = make();
      let nowMs = 0;
      for (const [gapMs, cost] of steps) {
        nowMs += gapMs;
        const before = structuredClone(limit.state);
        limit.look(nowMs + 500);
        expect(isDeepStrictEqual(limit.state, before)).toBe(true);
        const decision = limit.ask(cost, nowMs);
        const seen = limit.look(nowMs);
        expect(seen.remaining).toBeCloseTo(decision.remaining, 6);
        expect(seen.limit).toBe(decision.limit);
        expect(seen.resetAfterMs).toBeCloseTo(decision.resetAfterMs, 6);
        expect(decision.remaining).toBeGreaterThanOrEqual(0);
        expect(decision.remaining).toBeLessThanOrEqual(decision.limit);
      }
    }));
  });
  test('says when to come back: then it is let in, and not before', () => {
    check(fc.property(trace(costs), (steps) => {
      const limit = make();
      let nowMs = 0;
      for (const [gapMs, cost] of steps) {
        nowMs += gapMs;
        const decision = limit.ask(cost, nowMs);
        if (decision.allowed) { expect(decision.retryAfterMs).toBe(0); continue; }
        expect(decision.retryAfterMs).toBeGreaterThan(0);
        if (decision.retryAfterMs === Infinity) continue;
        expect(structuredCloneOf(make, limit).ask(cost, nowMs + decision.retryAfterMs + 1e-6).allowed, `after ${decision.retryAfterMs}`).toBe(true);
        if (decision.retryAfterMs > 0.01) expect(structuredCloneOf(make, limit).ask(cost, nowMs + decision.retryAfterMs - 0.005).allowed).toBe(false);
      }
    }));
  });
  test('is as new when it says so, whoever looked in between (the steps of time do not matter)', () => {
    check(fc.property(trace(costs), fc.nat(900), (steps, part) => {
      const limit = make();
      let nowMs = 0;
      for (const [gapMs, cost] of steps) limit.ask(cost, (nowMs += gapMs));
      const { resetAfterMs } = limit.look(nowMs);
      const atMs = nowMs + resetAfterMs + 1e-6;
      limit.look(nowMs + (resetAfterMs * part) / 1000);
      expect(limit.look(atMs).resetAfterMs).toBeLessThan(1e-3);
      expect(limit.look(atMs).remaining).toBeCloseTo(make().look(0).remaining, 6);
    }));
  });
  test('never takes what is above its limit', () => {
    const limit = make();
    const decision = limit.ask(N + 1, 0);
    if (name === 'pacing' || name === 'warmUp') expect(decision.allowed).toBe(true);
    else expect(decision).toMatchObject({ allowed: false, retryAfterMs: Infinity });
  });
});
function structuredCloneOf(make: Make, limit: Kept): Kept {
  const copy = make();
  Object.assign(copy.state, structuredClone(limit.state));
  return copy;
}

test.each(shapes)('%s: with patience it lets start later exactly what it says', (name) => {
  check(fc.property(trace(), fc.nat(3000), (steps, maxWaitMs) => {
    const limit = all[name]!();
    let nowMs = 0;
    for (const [gapMs] of steps) {
      nowMs += gapMs;
      const { allowed, waitMs, retryAfterMs } = limit.ask(1, nowMs, maxWaitMs);
      expect(waitMs).toBeLessThanOrEqual(maxWaitMs + 1e-5);
      if (!allowed && retryAfterMs !== Infinity) expect(structuredCloneOf(all[name]!, limit).ask(1, nowMs + retryAfterMs + 1e-5, maxWaitMs).allowed).toBe(true);
    }
  }));
});

test('warm-up: from cold the rate is a third, after the period the whole, and it cools in the same time', () => {
  const terms = { ratePerSecond: 30, periodMs: 10_000, coldFactor: 3 };
  const state = createWarmUp(terms, 0);
  expect(warmUpRate(state, terms, 0)).toBeCloseTo(10, 6);
  let nowMs = 0, inFirst = 0, inLast = 0;
  for (; nowMs < 12_000; nowMs += 1) {
    const { allowed } = decideWarmUp(state, terms, 1, nowMs);
    if (allowed && nowMs < 1000) inFirst++;
    if (allowed && nowMs >= 11_000) inLast++;
  }
  expect(inFirst).toBeGreaterThanOrEqual(10);
  expect(inFirst).toBeLessThanOrEqual(12);
  expect(inLast).toBeGreaterThanOrEqual(29);
  expect(warmUpRate(state, terms, nowMs)).toBeCloseTo(30, 6);
  expect(warmUpRate(state, terms, nowMs + 30_000)).toBeCloseTo(10, 6);
  // Sentinel: warningToken = warmUpPeriod · count / (coldFactor − 1), maxToken = warningToken + 2 · warmUpPeriod · count / (1 + coldFactor).
  expect(slopeOf(terms)).toMatchObject({ threshold: 150, max: 300 });
});

test('a clock put back: time stands still', () => {
  for (const name of names.filter((each) => each !== 'pacing' && each !== 'warmUp')) {
    const limit = all[name]!();
    for (let i = 0; i < N; i++) limit.ask(1, 5 * W + i);
    expect(limit.ask(1, 2 * W).allowed, name).toBe(false);
  }
});

test('a log forgets in bulk: a hundred thousand requests leave no more than the last window', () => {
  const log = createSlidingLog();
  for (let i = 0; i < 100_000; i++) decideSlidingLog(log, { limit: 50, windowMs: 100 }, 1, i * 5);
  expect(log.atMs.length).toBeLessThan(100);
  expect(log.atMs.length - log.head).toBe(20);
});
