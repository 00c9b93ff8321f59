/** What can be worked out by hand, over at least twenty seeds each. */
import { expect, test } from 'vitest';
import { expectAgreement, role, runSeeds } from '../../../test/theory/experiment.ts';
import { hashText, seedFrom, uniform } from '../../kernel/random.ts';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';
import { lruHitRatio, zipfBins } from '../../primitives/cheApproximation.ts';
import { createEvicting, put, touch } from '../../primitives/evictingStore.ts';
import { entityAt, entityLaw } from '../../roles/entities.ts';
import { roles } from '../../roles/index.ts';
import type { Parts } from '../../kernel/harnessScenario.ts';
import { engine } from './engine.ts';
import { isEarly } from './reads.ts';
import { DEFAULTS, planFor, type ScenarioId } from './testing.ts';

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

test.each([[20, 250], [20, 50], [5, 100]])('time to live only: %d reads a second of one key, good for %d ms: λT / (1 + λT) are hits', (ratePerSecond, ttlMs) => {
  const runs = runSeeds({
    nodes: [
      { id: 'app', layers: [role('readers', 'client', { op: 'get', target: 'database', ratePerSecond, entityCount: 1 }), { id: 'aside', engine, params: { ...DEFAULTS, ttlMs, negativeTtlMs: 10 } }] },
      { id: 'cache', layers: [role('cache-app', 'cache', { answerTime: { kind: 'constant', ms: 0 } })] },
      { id: 'database', layers: [role('database-app', 'store', { readTime: { kind: 'constant', ms: 0 }, initialCount: 1 })] },
    ],
    links: ['app>database', 'app>cache'], warmUpMs: 2000, runMs: 20_000,
  }, 20);
  const load = (ratePerSecond * ttlMs) / 1000;
  expectAgreement('hit ratio', runs.map((run) => run['aside.note.hit']! / (run['aside.note.hit']! + run['aside.note.miss']!)), load / (1 + load));
});

test('LRU: 1,000 keys, Zipf 0.8, 100 entries: as Che’s approximation says, within half a per cent', () => {
  const law = entityLaw(1000, 0.8), expected = lruHitRatio(zipfBins(1000, 0.8), 100);
  const ratios = SEEDS.map((seed) => {
    const store = createEvicting('lru', 100);
    let hits = 0;
    for (let i = 0; i < 25_000; i++) {
      const key = `e${entityAt(law, uniform(seedFrom(seed), hashText('che'), i, 0))}`;
      if (touch(store, key) !== undefined) { if (i >= 5000) hits++; } else put(store, key, { weight: 1 });
    }
    return hits / 20_000;
  });
  const mean = ratios.reduce((a, b) => a + b, 0) / ratios.length;
  expect(Math.abs(mean - expected)).toBeLessThan(0.005 * expected);
});

/** Loads of each stampede, or of each expiry: loads that lie close together. */
function loadsPerExpiry(variant: string, seed: number): number[] {
  const trace = createTrace(), names = createNames();
  const scenario: ScenarioId = 'stampede';
  const world = new World(planFor(roles as Parts, scenario, variant, { seed }), { fingerprint: false, check: 'off', trace, names });
  world.runUntil(world.durationMs);
  const times: number[] = [];
  for (let i = 0; i < trace.notes.length; i++) if (names.list[trace.notes.name[i]!] === 'loadStarted') times.push(trace.notes.atNs[i]! / 1e6);
  const groups: number[][] = [];
  for (const atMs of times) {
    if (groups.length === 0 || atMs - groups.at(-1)!.at(-1)! > 1500) groups.push([atMs]);
    else groups.at(-1)!.push(atMs);
  }
  // The first is the cold start.
  return groups.slice(1).map(({ length }) => length);
}
const perExpiry = (variant: string): number[] => SEEDS.map((seed) => { const all = loadsPerExpiry(variant, seed); return all.reduce((a, b) => a + b, 0) / all.length; });
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test('a naive stampede is 1 + λΔ loads', () => {
  // From the miss to the filled cache: 200 ms of work, and the ways there and back.
  expectAgreement('loads', perExpiry('without'), 1 + 200 * 0.2025);
});
test('single flight is one load on each node that saw the key missing, lease one in all', () => {
  const flights = perExpiry('with');
  // Now and then a third: a reader who had missed before the fill was in, and came back after the flight had landed.
  expect(Math.abs(mean(flights) - 2)).toBeLessThan(0.25);
  expect(new Set(perExpiry('lease'))).toEqual(new Set([1]));
});
test('XFetch in the world is between two and four loads, stale while revalidate and refresh ahead one on each node', () => {
  const loads = mean(perExpiry('xfetch'));
  expect(loads).toBeGreaterThan(2.2);
  expect(loads).toBeLessThan(3.3);
  for (const variant of ['stale-while-revalidate', 'refresh-ahead']) expect(Math.abs(mean(perExpiry(variant)) - 2)).toBeLessThan(0.3);
});

const GAP = hashText('gap'), EARLY = hashText('early');
test.each([[0.5, Math.E ** 2], [1, Math.E], [2, Math.sqrt(Math.E)]])('XFetch, β = %d, where λβΔ is large: e^(1/β) = %d loads for each expiry, whatever the rate', (beta, expected) => {
  const cyclesFor = (ratePerMs: number) => SEEDS.map((seed) => {
    const from = seedFrom(seed);
    let loads = 0, n = 0;
    const cycles = 120;
    for (let cycle = 0; cycle < cycles; cycle++) {
      // Reads come at random until the first load is back, which renews the copy.
      let nowMs = -12 * beta * 100, doneMs = Infinity;
      for (;;) {
        nowMs += -Math.log(1 - uniform(from, GAP, n, 0)) / ratePerMs;
        if (nowMs >= doneMs) break;
        if (!isEarly(-nowMs, 100, beta, uniform(from, EARLY, n++, 0)) && nowMs < 0) continue;
        loads++;
        doneMs = Math.min(doneMs, nowMs + 100);
      }
    }
    return loads / cycles;
  });
  expectAgreement('loads', cyclesFor(beta < 1 ? 2 : 1), expected);
  if (beta === 1) expectAgreement('loads at twice the rate', cyclesFor(2), expected);
});
