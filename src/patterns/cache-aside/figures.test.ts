/** Numbers that the texts state, over several seeds. Claims are tested over twenty by the conformance suite. */
import { expect, test } from 'vitest';
import { World } from '../../kernel/world.ts';
import { lruHitRatio, zipfBins } from '../../primitives/cheApproximation.ts';
import { roles } from '../../roles/index.ts';
import type { Parts } from '../../kernel/harnessScenario.ts';
import { planFor, type ScenarioId } from './testing.ts';

function runs(id: ScenarioId, variant: string, seeds = 4, untilMs?: number): Record<string, number>[] {
  return Array.from({ length: seeds }, (_, i) => {
    const plan = planFor(roles as Parts, id, variant, { seed: i + 1 });
    const world = new World(plan, { fingerprint: false, check: 'off' });
    world.runUntil(untilMs ?? plan.measure.untilMs);
    world.check();
    return world.summary();
  });
}
const mean = (all: readonly Record<string, number>[], metric: string): number => all.reduce((sum, run) => sum + (run[metric] ?? 0), 0) / all.length;
/** Calls at the database a second; the window is 4 s. */
const perSecond = (variant: string, seeds = 2): number => mean(runs('hot-reads', variant, seeds), 'database.arrivals') / 4;

test('a thousand reads a second: about 550 are left with 500 entries, as Che says; FIFO leaves more, W-TinyLFU fewer', () => {
  const lru = perSecond('with', 3);
  expect(lru).toBeGreaterThan(530);
  expect(lru).toBeLessThan(570);
  expect(Math.abs(1 - lru / 1000 - lruHitRatio(zipfBins(10_000, 0.9), 500))).toBeLessThan(0.02);
  expect(perSecond('fifo', 1)).toBeGreaterThan(lru + 20);
  expect(perSecond('w-tiny-lfu', 1)).toBeLessThan(lru - 20);
  expect(perSecond('small', 1)).toBeGreaterThan(700);
  expect(perSecond('large', 1)).toBeLessThan(430);
  expect(perSecond('without', 1)).toBeGreaterThan(960);
});
test('before the outage the database has about 60 reads a second to do', () => {
  const total = (untilMs: number): number => mean(runs('cache-outage', 'bypass', 4, untilMs), 'cache-aside.noteTotal.loadStarted');
  const perSecondNow = (total(8000) - total(6000)) / 2;
  expect(perSecondNow).toBeGreaterThan(50);
  expect(perSecondNow).toBeLessThan(70);
});
test('of a hundred absent keys about one gets past the filter', () => {
  const all = runs('absent-keys', 'filter', 4);
  // The scanner’s app asks for a million keys, of which 200 exist.
  const passed = mean(all, 'cache-aside-2.note.loadStarted') / (mean(all, 'scan.offered'));
  expect(passed).toBeGreaterThan(0.002);
  expect(passed).toBeLessThan(0.016);
});
test('no read is stale with leases or versions, whatever the seed; a late fill stays for at most its time to live', () => {
  for (const variant of ['with', 'versioned-set']) expect(mean(runs('stale-set', variant, 8), 'ledger.staleReads')).toBe(0);
  for (const run of runs('stale-set', 'ttl-only', 4)) expect(run['ledger.maxStaleMs']).toBeLessThan(10_300);
});
test('a double delete shrinks staleness to less than its delay, and does not remove it', () => {
  const twice = runs('stale-set', 'double-delete', 8), once = runs('stale-set', 'late-fill', 8);
  expect(mean(twice, 'ledger.staleReads')).toBeGreaterThan(0);
  // The second delete comes 400 ms after the commit.
  for (const run of twice) expect(run['ledger.maxStaleMs']).toBeLessThan(420);
  expect(mean(once, 'ledger.maxStaleMs')).toBeGreaterThan(3 * mean(twice, 'ledger.maxStaleMs'));
});
test('a near copy is stale for its second at most', () => {
  const all = runs('wrong-order', 'near', 4);
  expect(mean(all, 'ledger.staleReads')).toBeGreaterThan(50);
  for (const run of all) expect(run['ledger.maxStaleMs']).toBeLessThan(1050);
});
