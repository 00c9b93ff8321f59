/** Every number in a text, over three seeds. Claims are measured by the conformance suite. */
import { expect, test } from 'vitest';
import type { Engine } from '../../kernel/contract.ts';
import type { EngineStory, Scenario } from '../../kernel/story.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import type { Parts } from '../../kernel/harnessScenario.ts';
import { scenarios } from './scenarios.ts';
import { story } from './story.ts';
import { planFor, type ScenarioId } from './testing.ts';

/** Stands in for the retry layer where its scenario is not measured here. */
const through = { engine: { init: () => ({}), inspect: () => ({}), invariants: [] } as Engine, story: { title: 'through', params: {}, notes: {} } as EngineStory };
const others = { ...roles, retry: through } as Parts;
const cache = new Map<string, Record<string, number>[]>();
function runs(id: ScenarioId, variant: string, seeds = 3): Record<string, number>[] {
  const key = `${id}/${variant}`;
  let found = cache.get(key);
  if (found === undefined) {
    found = Array.from({ length: seeds }, (_, i) => {
      const world = new World(planFor(others, id, variant, { seed: i + 1 }), { fingerprint: false, check: 'off' });
      world.runUntil(world.durationMs);
      world.check();
      return world.summary();
    });
    cache.set(key, found);
  }
  return found;
}
const mean = (id: ScenarioId, variant: string, metric: string): number => {
  const list = runs(id, variant).map((run) => run[metric] ?? 0);
  return list.reduce((a, b) => a + b, 0) / list.length;
};

test('one bucket for all: C takes about 40 a second, a third of A and E is refused; with one each C has its 12', () => {
  expect(mean('noisy-tenant', 'without', 'c.goodputPerSecond')).toBeGreaterThan(34);
  expect(mean('noisy-tenant', 'without', 'c.goodputPerSecond')).toBeLessThan(46);
  for (const who of ['a', 'e']) {
    expect(mean('noisy-tenant', 'without', `${who}.goodRatio`)).toBeGreaterThan(0.57);
    expect(mean('noisy-tenant', 'without', `${who}.goodRatio`)).toBeLessThan(0.77);
    expect(mean('noisy-tenant', 'with', `${who}.goodRatio`)).toBeGreaterThan(0.97);
  }
  expect(mean('noisy-tenant', 'with', 'c.goodputPerSecond')).toBeCloseTo(12, 0);
  expect(mean('noisy-tenant', 'sketch', 'a.goodRatio')).toBeLessThan(0.5);
  expect(mean('noisy-tenant', 'open', 'a.goodRatio')).toBeLessThan(0.6);
  // 40 of each 100, at 5 s and at 20 s.
  expect(mean('noisy-tenant', 'with', 'b.ok') / 2).toBeCloseTo(40, -1);
});

test('three nodes: 36 a second and three bursts; otherwise 12 and one', () => {
  const seconds = 32;
  expect(mean('per-node-limits', 'each', 'c.good')).toBeCloseTo(36 * seconds + 120, -2);
  for (const variant of ['central', 'split', 'lease']) {
    expect(mean('per-node-limits', variant, 'c.good') / (12 * seconds + 40)).toBeCloseTo(1, 1);
    expect(mean('per-node-limits', variant, 'ledger.overshoot')).toBeLessThan(5);
  }
  expect(mean('per-node-limits', 'each', 'ledger.overshoot')).toBeGreaterThan(750);
});

test('reports once a second: within the bound (N − 1) · (r · Δ + b), and far above nothing', () => {
  for (const run of runs('slow-sync', 'slow')) {
    expect(run['ledger.overshoot']).toBeGreaterThan(25);
    expect(run['ledger.overshoot']).toBeLessThan(2 * (12 * 1.2 + 40));
  }
  for (const run of runs('slow-sync', 'lease')) expect(run['ledger.overshoot']).toBeLessThanOrEqual(12);
});

test('without the store: a flood, an outage, or own shares', () => {
  expect(mean('store-outage', 'closed', 'e.goodRatio')).toBeLessThan(0.05);
  expect(mean('store-outage', 'open', 'e.goodRatio')).toBeLessThan(0.4);
  expect(mean('store-outage', 'with', 'e.goodRatio')).toBeGreaterThan(0.97);
  expect(mean('store-outage', 'with', 'c.goodputPerSecond')).toBeCloseTo(12, 0);
});

test('read, then write: more than 250 of 300 a second pass; atomic: 100', () => {
  expect(mean('lost-update', 'race', 'c.goodputPerSecond')).toBeGreaterThan(250);
  expect(mean('lost-update', 'with', 'c.goodputPerSecond')).toBeCloseTo(100, -0.5);
});

test('“100 a minute”: 200 in some minute, 110 with the smaller bucket', () => {
  expect(mean('hundred-a-minute', 'double', 'ledger.mostInMinute')).toBeGreaterThan(194);
  for (const run of runs('hundred-a-minute', 'double')) expect(run['ledger.mostInMinute']).toBeLessThanOrEqual(200);
  for (const run of runs('hundred-a-minute', 'with')) expect(run['ledger.mostInMinute']).toBeLessThanOrEqual(110);
});

test('made-up names: never limited; authenticated: 2 a second and two keys', () => {
  expect(mean('made-up-names', 'claimed', 'x.goodRatio')).toBeGreaterThan(0.99);
  expect(mean('made-up-names', 'bounded', 'x.goodRatio')).toBeGreaterThan(0.99);
  expect(mean('made-up-names', 'bounded', 'limit-1.keysMean')).toBeLessThanOrEqual(400);
  expect(mean('made-up-names', 'with', 'x.goodputPerSecond')).toBeCloseTo(2, 0);
  expect(mean('made-up-names', 'with', 'limit-1.keysMean')).toBeLessThanOrEqual(2);
});

test('the clock put back by 20 s: 200 tokens, ten seconds of refusals at 4 a second; as last seen, none', () => {
  expect(mean('clock-put-back', 'naive', 'limit-1.note.limited')).toBeCloseTo(40, -0.5);
  expect(mean('clock-put-back', 'with', 'limit-1.note.limited')).toBe(0);
});

test('inside a tenant: Lee is refused most of the time, then not; Kim has her 6', () => {
  expect(mean('inside-a-tenant', 'without', 'lee.goodRatio')).toBeLessThan(0.5);
  expect(mean('inside-a-tenant', 'with', 'lee.goodRatio')).toBeGreaterThan(0.97);
  expect(mean('inside-a-tenant', 'with', 'kim.goodputPerSecond')).toBeCloseTo(6, 0);
});

test('a burst of sixty: 23 without a limit, ten refused-or-passed, all when they wait, the last after 2.5 s', () => {
  expect(mean('smoothed', 'without', 'batch.good') / 5).toBeCloseTo(23, 0);
  expect(mean('smoothed', 'police', 'batch.good') / 5).toBeCloseTo(10, 0);
  expect(mean('smoothed', 'with', 'batch.goodRatio')).toBe(1);
  expect(mean('smoothed', 'with', 'batch.p99Ms')).toBeGreaterThan(2400);
  expect(mean('smoothed', 'with', 'batch.p99Ms')).toBeLessThan(2700);
});

test('pitfalls name variants that exist, each with its fix; settings speak of parameters that exist', () => {
  for (const { scenario, variant, fixed } of story.pitfalls) {
    const found: Scenario | undefined = (scenarios as Readonly<Record<string, Scenario>>)[scenario];
    expect(found?.variants[variant]?.kind, `${scenario}/${variant}`).toBe('pitfall');
    expect(['fixed', 'with']).toContain(found?.variants[fixed]?.kind);
  }
  for (const { library, template } of story.settings ?? []) {
    for (const [, name] of template.matchAll(/\{(\w+)(?::\w+)?\}/g)) expect(Object.keys(story.engines['token-bucket'].params), `${library}: ${name}`).toContain(name);
  }
});
