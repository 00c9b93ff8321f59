/** What can be worked out by hand: the hedged tail and its price, false timeouts, threads under a limit, the odds of a fan-out. */
import { expect, test } from 'vitest';
import { expectAgreement, role, runSeeds } from '../../../test/theory/experiment.ts';
import { uniform } from '../../kernel/random.ts';
import { engine } from './engine.ts';
import type { TimeoutParams } from './params.ts';
import { DEFAULTS } from './testing.ts';

/** Exponential work of this mean, and always a free server: S(t) = e^(−t / MEAN). */
const MEAN = 40, RATE = 200;
const survival = (t: number): number => Math.exp(-t / MEAN);
const limited = (changes: Partial<TimeoutParams>, seeds = 30, runMs = 10_000) => runSeeds({
  nodes: [
    {
      id: 'callers',
      layers: [
        role('users', 'client', { ratePerSecond: RATE }),
        { id: 'limit', engine, params: { ...DEFAULTS, minUsefulMs: 0, connectMs: 1, hopReserveMs: 0, cancelMs: { kind: 'constant', ms: 0 }, hedgeBudgetPct: 100, ...changes } },
      ],
    },
    { id: 'service', layers: [role('app', 'service', { concurrency: 10_000, serviceTime: { kind: 'exponential', meanMs: MEAN } })] },
  ],
  links: ['callers>service'], warmUpMs: 2000, runMs,
}, seeds);
const outOfTime = (run: Record<string, number>): number => run['callers.timeout']! / (run['callers.timeout']! + run['callers.ok']!);

test.each([[60], [120]])('a limit of %i ms is wrong for a share S(limit) of good calls, and needs λ · E[min(T, limit)] threads', (totalMs) => {
  const runs = limited({ totalMs });
  expectAgreement('false timeouts', runs.map(outOfTime), survival(totalMs));
  expectAgreement('threads', runs.map((run) => run['limit.underWayMean']!), (RATE / 1000) * MEAN * (1 - survival(totalMs)));
});

test('a limit at the 1 − f quantile gives up a share f of good calls', () => {
  const f = 0.02;
  expectAgreement('false timeouts', limited({ totalMs: -MEAN * Math.log(f) }).map(outOfTime), f);
});

test.each([[40, 90], [80, 120]])('hedging after d = %i ms: a call is out longer than t = %i ms with probability S(t) · S(t − d)', (d, t) => {
  const runs = limited({ hedge: 'delay', hedgeDelayMs: d, totalMs: t });
  expectAgreement('beyond t', runs.map(outOfTime), survival(t) * survival(t - d));
});

test.each([[40], [100]])('hedging after d = %i ms costs S(d) more requests, and the mean falls to m (1 − S(d) / 2)', (d) => {
  const runs = limited({ hedge: 'delay', hedgeDelayMs: d, totalMs: 100_000 });
  expectAgreement('extra load', runs.map((run) => run['callers>service.amplification']! - 1), survival(d));
  expectAgreement('mean', runs.map((run) => run['callers.meanMs']!), MEAN * (1 - survival(d) / 2));
});

test('a learned quantile hedges a share 1 − q and a little more: a lost attempt only tells that it took at least so long', () => {
  for (const run of limited({ hedge: 'quantile', hedgeQuantile: 0.9, hedgeDelayMs: 90, totalMs: 100_000 }, 6)) {
    expect(run['callers>service.amplification']! - 1).toBeGreaterThan(0.085);
    expect(run['callers>service.amplification']! - 1).toBeLessThan(0.13);
  }
});

test('a limit with tries: (1 − p^A) / (1 − p) attempts where each try is given up with probability p', () => {
  const runs = limited({ onTimeout: 'retry', maxRetries: 2, perTryMs: 40, connectMs: 1, totalMs: 100_000 });
  const p = survival(40);
  expectAgreement('attempts', runs.map((run) => run['callers>service.amplification']!), 1 + p + p * p);
  expectAgreement('out of time', runs.map(outOfTime), p * p * p);
});

test.each([[1, 0.01], [10, 0.0956], [100, 0.634]])('a page that asks %i services at once is slow with probability 1 − (1 − p)^n = %f at p = 1 %%', (n, expected) => {
  const p = 0.01, pages = 20_000;
  expect(1 - (1 - p) ** n).toBeCloseTo(expected, 3);
  let slow = 0;
  for (let page = 0; page < pages; page++) {
    for (let i = 0; i < n; i++) {
      if (uniform(1, 77, page, i) >= p) continue;
      slow++;
      break;
    }
  }
  const error = Math.sqrt((expected * (1 - expected)) / pages);
  expect(Math.abs(slow / pages - (1 - (1 - p) ** n))).toBeLessThan(3 * error);
});
