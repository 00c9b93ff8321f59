import { describe, expect, test } from 'vitest';
import { hashText, seedFrom, uniform } from '../../src/kernel/random.ts';
import { breakerRig } from '../support/breakerRig.ts';
import { deviation, mean } from '../conformance/claims.ts';
import { patternOf, runsOf } from '../conformance/native.ts';
import { expectFigure, figuresOf, told } from './figures.ts';
import { SEEDS, type Run } from './runs.ts';

const pattern = await patternOf('circuit-breaker');
const seconds = (s: number): number => s * 1000;
/** Within three standard errors of what is calculated. */
function expectTheory(what: string, values: readonly number[], theory: number): void {
  expect(Math.abs(mean(values) - theory), `${what}: ${told(values)}, calculated ${theory}`).toBeLessThanOrEqual((3 * deviation(values)) / Math.sqrt(values.length));
}

describe(`payments hangs from 30 to 60 s, over ${SEEDS} seeds`, () => {
  const [without, with_, defaults] = ['without', 'with', 'defaults'].map((variant) => runsOf(pattern, 'hanging-payments', variant, { notes: true })) as [Run[], Run[], Run[]];
  const opened = (runs: readonly Run[]) => runs.map((run) => (run.times('opened', seconds(30))[0]! - seconds(30)) / 1000);
  const closed = (runs: readonly Run[]) => runs.map((run) => (run.times('closed', seconds(60))[0]! - seconds(60)) / 1000);

  test('browsing keeps about 60 a second with the breaker, and falls to about 29 without', () => {
    expectFigure('with', figuresOf(with_, 'browse.goodputPerSecond'), [59, 60.3], [57, 62]);
    expectFigure('without', figuresOf(without, 'browse.goodputPerSecond'), [28, 29.6], [26, 31]);
    expectFigure('defaults', figuresOf(defaults, 'browse.goodputPerSecond'), [57, 58.3], [55, 60]);
  });
  test('one browsing request in a hundred takes longer than about 1.2 s with it, 2.8 s without, 2.2 s with the defaults', () => {
    expectFigure('with', figuresOf(with_, 'browse.p99Ms'), [1050, 1350], [800, 1450]);
    expectFigure('without', figuresOf(without, 'browse.p99Ms'), [2700, 2950], [2500, 3100]);
    expectFigure('defaults', figuresOf(defaults, 'browse.p99Ms'), [2100, 2300], [2000, 2400]);
  });
  test('about 55 payment calls are doomed with it, 565 without', () => {
    expectFigure('with', figuresOf(with_, 'gateway>payments.requests'), [52, 57], [48, 60]);
    expectFigure('without', figuresOf(without, 'gateway>payments.requests'), [558, 572], [550, 580]);
    expectFigure('defaults', figuresOf(defaults, 'gateway>payments.requests'), [80, 84.5], [76, 90]);
  });
  test('without it all 40 slots are taken and the queue is nearly full; with it about 10 are taken', () => {
    expectFigure('without', figuresOf(without, 'gateway-app.busyMean'), [39.3, 40], [39, 40]);
    expectFigure('queue without', figuresOf(without, 'gateway-app.queueMean'), [90, 100], [90, 100]);
    expectFigure('with', figuresOf(with_, 'gateway-app.busyMean'), [9.5, 10.2], [9.3, 10.4]);
  });
  test('a refused checkout holds its slot for a millisecond', () => {
    // Half of all checkouts and more are refused: 60 ms there, 1 ms at the gateway, 60 ms back.
    expectFigure('median checkout', figuresOf(with_, 'checkout.p50Ms'), [120, 122], [120, 122]);
  });
  test('the breaker opens about 2.2 s after the hang began, with the defaults after 4.3 s', () => {
    expectFigure('with', opened(with_), [2.1, 2.25], [2.05, 2.35]);
    expectFigure('defaults', opened(defaults), [4.2, 4.4], [4.1, 4.5]);
  });
  test('it closes about 5.7 s after payments is well again, with the defaults after 35 s', () => {
    expectFigure('with', closed(with_), [5.6, 5.8], [5.4, 6]);
    expectFigure('defaults', closed(defaults), [34.4, 34.9], [34.2, 35]);
  });
  test('it opens four times within the hang and once more at its end; the defaults open once', () => {
    for (const run of with_) expect(run.times('opened')).toHaveLength(5);
    for (const run of defaults) expect(run.times('opened')).toHaveLength(1);
  });

  test('time to open: the time-out and as many calls as fill half the window, less those that were out already', () => {
    const timeoutS = 2, ratePerS = 40, needed = 10, oneWayS = 0.04, workS = 0.03;
    expectFigure('catalogue: time-out + calls / rate', opened(with_), [timeoutS + needed / ratePerS - 0.1, timeoutS + needed / ratePerS + 0.1]);
    // Calls whose answer would have set out after the hang began hang too: they were sent a way and a piece of work earlier.
    expectTheory('time to open', opened(with_), timeoutS + needed / ratePerS - oneWayS - workS);
  });
});

describe('closed forms', () => {
  const checkout = (ratePerSecond: number) => ({ 'checkout-users': { ratePerSecond } });
  test('slots needed are rate × time-out: below 40 browsing does not suffer, above it starves', () => {
    const goodput = (ratePerSecond: number) => figuresOf(runsOf(pattern, 'hanging-payments', 'without', { change: { params: checkout(ratePerSecond) }, untilMs: seconds(60), seeds: 4 }), 'browse.goodputPerSecond');
    // Browsing itself holds 60/s × 0.12 s, about 7 slots.
    expectFigure('12/s × 2 s + 7 = 31 slots', goodput(12), [58.5, 61.5]);
    expectFigure('20/s × 2 s + 7 = 47 slots', goodput(20), [40, 55]);
    expectFigure('40/s × 2 s + 7 = 87 slots', goodput(40), [26, 31]);
  });
  test('probes while open are permits / (wait + time-out) a second', () => {
    const [permits, waitS, timeoutS] = [3, 5, 2];
    const rates = runsOf(pattern, 'hanging-payments', 'with', { change: { faults: [{ kind: 'hang', node: 'payments', fromMs: seconds(30) }] }, seeds: 4, notes: true }).map((run) => {
      const times = run.times('opened');
      return (permits * (times.length - 1)) / ((times.at(-1)! - times[0]!) / 1000);
    });
    // Each round also waits for the calls that probe: some hundredths of a second.
    expectFigure('probes a second', rates, [0.97 * permits / (waitS + timeoutS), permits / (waitS + timeoutS)]);
  });

  /** P(Bin(n, p) ≥ n / 2) */
  const falseTrip = (n: number, p: number): number => {
    let term = (1 - p) ** n, sum = 0;
    for (let k = 0; k <= n; k++) {
      if (2 * k >= n) sum += term;
      term *= ((n - k) / (k + 1)) * (p / (1 - p));
    }
    return sum;
  };
  test.each([[10, 0.367], [20, 0.245], [50, 0.098], [100, 0.027]])('a full window of %d trips by chance with probability %d where two calls in five fail', (n, quoted) => {
    const chance = falseTrip(n, 0.4);
    expect(Math.abs(chance - quoted)).toBeLessThan(0.0006);
    const trials = 600;
    const seed = seedFrom(n), stream = hashText('false trip');
    let trips = 0;
    for (let trial = 0; trial < trials; trial++) {
      const rig = breakerRig({ slidingWindowSizeCalls: n, minimumNumberOfCalls: n });
      rig.series(0, Array.from({ length: n }, (_, i) => (uniform(seed, stream, trial, i) < 0.4 ? 'f' : 'o')).join(''));
      if (rig.mode() === 'open') trips++;
    }
    expect(Math.abs(trips / trials - chance), `${trips} of ${trials} windows tripped`).toBeLessThan(4 * Math.sqrt((chance * (1 - chance)) / trials));
  });
});

describe(`the pitfalls, over ${SEEDS} seeds`, () => {
  test('one bad shard of three: a third of the checkouts fails, and with one breaker for all nearly all of them', () => {
    const [without, shared, perShard] = ['without', 'shared', 'with'].map((variant) => runsOf(pattern, 'one-bad-shard', variant, { untilMs: seconds(60) })) as [Run[], Run[], Run[]];
    expectFigure('share that succeeds without', figuresOf(without, 'checkout.goodRatio'), [0.66, 0.72], [0.64, 0.74]);
    expectFigure('goodput without', figuresOf(without, 'checkout.goodputPerSecond'), [26.5, 28.5], [25, 31]);
    expectFigure('goodput with one breaker', figuresOf(shared, 'checkout.goodputPerSecond'), [1, 2], [0.5, 3]);
    // The healthy shards never notice: not one checkout more or less.
    expect(figuresOf(perShard, 'checkout.goodputPerSecond')).toEqual(figuresOf(without, 'checkout.goodputPerSecond'));
    expectFigure('calls to the bad shard without', figuresOf(without, 'gateway>payments-3.requests'), [355, 395]);
    expectFigure('calls to the bad shard with', figuresOf(perShard, 'gateway>payments-3.requests'), [19, 22], [18, 24]);
  });
  test('flapping: a window of 10 opens about 12 times in 30 s and passes a fifth of the good calls; one of 200 hardly ever opens', () => {
    const [without, small, large] = ['without', 'small', 'with'].map((variant) => runsOf(pattern, 'flapping', variant, { untilMs: seconds(60) })) as [Run[], Run[], Run[]];
    expectFigure('openings, window of 10', figuresOf(small, 'breaker.note.opened'), [11.5, 13], [10, 14]);
    expectFigure('openings, window of 200', figuresOf(large, 'breaker.note.opened'), [0, 0.8], [0, 2]);
    expectFigure('share that succeeds without', figuresOf(without, 'checkout.goodRatio'), [0.59, 0.61], [0.56, 0.64]);
    expectFigure('goodput without', figuresOf(without, 'checkout.goodputPerSecond'), [23.4, 24.6]);
    expectFigure('goodput, window of 10', figuresOf(small, 'checkout.goodputPerSecond'), [3.8, 5.3], [2, 7.5]);
    expectFigure('goodput, window of 200', figuresOf(large, 'checkout.goodputPerSecond'), [22, 24.5]);
  });
  test('a probe that never returns: half-open for ever without a time-out; closed 2.6 s, or 1.6 s, after payments is well with a limit, or a time-out', () => {
    const [without, stuck, limit, timeout] = ['without', 'stuck', 'with', 'timeout'].map((variant) => runsOf(pattern, 'lost-probe', variant, { untilMs: seconds(60), notes: true, seeds: variant === 'without' || variant === 'stuck' ? 4 : SEEDS })) as [Run[], Run[], Run[], Run[]];
    expect(new Set(figuresOf(stuck, 'breaker.halfOpenMs'))).toEqual(new Set([seconds(30)]));
    expect(new Set(figuresOf(stuck, 'checkout.goodputPerSecond'))).toEqual(new Set([0]));
    const after = (runs: readonly Run[]) => runs.map((run) => (run.times('closed').at(-1)! - seconds(30)) / 1000);
    expectFigure('with a limit', after(limit), [2.4, 2.7], [2.2, 2.9]);
    expectFigure('with a time-out', after(timeout), [1.5, 1.7], [1.3, 2]);
    // 40 slots, and 160 calls made during the hang of 4 s: none is left.
    expect(new Set(figuresOf(without, 'gateway-app.busyMean'))).toEqual(new Set([40]));
    expect(new Set(figuresOf(without, 'browse.goodputPerSecond'))).toEqual(new Set([0]));
  });
  test('a hundred breakers: waits of exactly 5 s, or between 2.5 and 7.5 s; goodput about 73 and 93 a second (10 seeds)', () => {
    const [together, jittered] = ['together', 'with'].map((variant) => runsOf(pattern, 'synchronised-probes', variant, { untilMs: seconds(41), notes: true, seeds: 10 })) as [Run[], Run[]];
    for (const run of together) expect(new Set(run.values('opened', 'waitMs'))).toEqual(new Set([5000]));
    const waits = jittered.flatMap((run) => run.values('opened', 'waitMs'));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2500);
    expect(Math.min(...waits)).toBeLessThan(2600);
    expect(Math.max(...waits)).toBeLessThanOrEqual(7500);
    expect(Math.max(...waits)).toBeGreaterThan(7400);
    expectFigure('goodput together', figuresOf(together, 'callers.goodputPerSecond'), [68, 79], [58, 90]);
    expectFigure('goodput jittered', figuresOf(jittered, 'callers.goodputPerSecond'), [88, 98], [78, 107]);
  });
  test('retry: inside the breaker payments gets three times as many calls, and it opens half as soon', () => {
    const [alone, inside, outside] = ['without', 'inside', 'with'].map((variant) => runsOf(pattern, 'retry-order', variant, { untilMs: seconds(60), notes: true })) as [Run[], Run[], Run[]];
    expectFigure('amplification alone', figuresOf(alone, 'gateway>payments.amplification'), [2.98, 3]);
    expectFigure('calls, retry inside', figuresOf(inside, 'gateway>payments.requests'), [95, 107], [88, 113]);
    expectFigure('calls, breaker inside', figuresOf(outside, 'gateway>payments.requests'), [32, 36], [30, 38]);
    const opened = (runs: readonly Run[]) => runs.map((run) => run.times('opened', seconds(30))[0]! - seconds(30));
    expectFigure('opens, retry inside', opened(inside), [460, 520], [350, 640]);
    expectFigure('opens, breaker inside', opened(outside), [230, 270], [170, 360]);
  });
});

test('the figures are those of the page: the run that it opens with lies among them', () => {
  const { seed } = pattern.story.scenarios['hanging-payments']!;
  expect(seed).toBeLessThanOrEqual(SEEDS);
});
