/** What can be worked out by hand: attempts and success under independent failures, load under a budget, the bins of a herd. */
import { expect, test } from 'vitest';
import { expectAgreement, role, runSeeds } from '../../../test/theory/experiment.ts';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import type { Parts } from '../../kernel/harnessScenario.ts';
import { engine } from './engine.ts';
import type { RetryParams } from './params.ts';
import { DEFAULTS, planFor } from './testing.ts';

const failing = (p: number, changes: Partial<RetryParams>, seeds = 30) => runSeeds({
  nodes: [
    { id: 'callers', layers: [role('users', 'client', { ratePerSecond: 200 }), { id: 'retry', engine, params: { ...DEFAULTS, budget: 'none', overallDeadline: false, baseDelayMs: 10, ...changes } }] },
    { id: 'service', layers: [role('app', 'service', { concurrency: 10_000, serviceTime: { kind: 'constant', ms: 1 }, failRatio: p })] },
  ],
  links: ['callers>service'], warmUpMs: 2000, runMs: 10_000,
}, seeds);

test.each([[0.5, 3, 1.75], [0.5, 4, 1.875], [0.1, 3, 1.11], [0.3, 4, 1.417]])('p = %f, A = %i: (1 − p^A) / (1 − p) = %f attempts a call, 1 − p^A of them succeed', (p, maxAttempts, expected) => {
  const runs = failing(p, { maxAttempts });
  expect((1 - p ** maxAttempts) / (1 - p)).toBeCloseTo(expected, 3);
  expectAgreement('attempts a call', runs.map((run) => run['callers>service.amplification']!), expected);
  expectAgreement('success', runs.map((run) => run['callers.ok']! / (run['callers.ok']! + run['callers.transientError']!)), 1 - p ** maxAttempts);
});

test('where all fail, a call is A attempts, and with a budget of r at most 1 + r', () => {
  for (const run of failing(1, { maxAttempts: 4 }, 3)) expect(run['callers>service.amplification']).toBeCloseTo(4, 1);
  for (const run of failing(1, { maxAttempts: 4, budget: 'requestRatio', budgetRatio: 0.1, budgetMinPerSecond: 0 }, 3)) expect(run['callers>service.amplification']).toBeCloseTo(1.1, 2);
});

/** Attempts that arrive, by 50 ms since the common failure. */
function bins(jitter: RetryParams['jitter'], seed = 1): number[] {
  const trace = createTrace();
  // All attempts fail, 100 ms · 2^n, so that the laws alone are seen.
  const base = planFor(roles as Parts, 'herd', 'together', { seed, params: { retry: { baseDelayMs: 100, maxAttempts: 4, jitter } } });
  const world = new World({ ...base, faults: [{ kind: 'errors', node: 'catalog', ratio: 1, fromMs: 0 }] }, { trace, names: createNames() });
  world.runUntil(15_000);
  const out = new Array<number>(24).fill(0);
  const { hops } = trace;
  for (let i = 0; i < hops.length; i++) {
    if (hops.kind[i] !== 0) continue;
    // 20 ms of way lie between a failure and the next sending.
    const bin = Math.floor((hops.arriveNs[i]! / 1e6 - 10_010) / 50);
    if (bin >= 0 && bin < out.length) out[bin]!++;
  }
  return out;
}

test('a herd without jitter is three spikes of 500, at about 0.1, 0.3 and 0.7 s', () => {
  const seen = bins('none');
  // 100 + 20 ms of way; 300 + 40; 700 + 60.
  expect(seen.flatMap((n, bin) => (n > 0 ? [[bin * 50, n]] : []))).toEqual([[0, 500], [100, 500], [300, 500], [750, 500]]);
});

test('10 % more leaves the spikes standing, full jitter does not', () => {
  const highest = (jitter: RetryParams['jitter']) => Math.max(...bins(jitter).slice(1));
  expect(highest('additive10')).toBeGreaterThanOrEqual(400);
  expect(highest('full')).toBeLessThan(360);
  // From the second retry on the herd is spread over fifths and less.
  expect(Math.max(...bins('full').slice(5))).toBeLessThan(150);
});
