/** What the story says is true: every number in a text, every note and beat. The claims themselves are tested by the conformance suite. */
import { expect, test } from 'vitest';
import type { Scenario } from '../../kernel/story.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { storiesFrom } from '../../runs/document-stories.ts';
import { storyProblems } from '../../runs/validate-story.ts';
import type { Parts } from '../../kernel/harnessScenario.ts';
import { scenarios } from './scenarios.ts';
import { story } from './story.ts';
import { planFor, type ScenarioId } from './testing.ts';

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
const cache = new Map<string, readonly Record<string, number>[]>();
function runs(id: ScenarioId, variant: string, seeds: readonly number[] = SEEDS, change: Parameters<typeof planFor>[3] = {}): readonly Record<string, number>[] {
  const key = `${id}/${variant}/${seeds.length}/${JSON.stringify(change)}`;
  let found = cache.get(key);
  if (found === undefined) {
    found = seeds.map((seed) => {
      const world = new World(planFor(roles as Parts, id, variant, { ...change, seed }), { fingerprint: false, check: 'off' });
      world.runUntil(world.plan.measure.untilMs);
      world.check();
      return world.summary();
    });
    cache.set(key, found);
  }
  return found;
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const of = (id: ScenarioId, variant: string, metric: string, seeds = SEEDS.slice(0, 6)): readonly number[] => runs(id, variant, seeds).map((run) => run[metric] ?? 0);
const near = (value: number, expected: number, share: number): void => {
  expect(value, `${value} for ${expected}`).toBeGreaterThan(expected * (1 - share));
  expect(value, `${value} for ${expected}`).toBeLessThan(expected * (1 + share));
};

test('the story is legal, scenario by scenario and variant by variant', () => {
  const told = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, role.story]));
  expect(storyProblems(storiesFrom('timeout', { timeout: story }, told))).toEqual([]);
});

test('hedging, over twenty seeds: p99 from about 620 ms to about 91 ms for 5 % more requests; at 30 ms to about 60 ms for 17 %', () => {
  const p99 = (variant: string) => of('hedged-reads', variant, 'callers.p99Ms', SEEDS);
  const extra = (variant: string) => runs('hedged-reads', variant).map((run) => run['hedge.note.hedged']! / run['callers.offered']!);
  near(mean(p99('without')), 620, 0.03);
  near(mean(p99('with')), 91, 0.04);
  near(mean(p99('sooner')), 60, 0.05);
  for (const value of p99('without')) expect(value).toBeGreaterThan(560);
  for (const value of p99('with')) expect(value).toBeLessThan(115);
  for (const value of p99('sooner')) expect(value).toBeLessThan(70);
  near(mean(extra('with')), 0.052, 0.04);
  near(mean(extra('sooner')), 0.168, 0.05);
  for (const value of extra('with')) expect(value).toBeLessThan(0.07);
  near(mean(extra('learned')), 0.07, 0.1);
});

test('hanging: three in ten fail, one in eleven with a second try; ten threads, or all hundred after four seconds', () => {
  near(mean(of('hanging-service', 'with', 'callers.goodRatio')), 0.7, 0.02);
  near(mean(of('hanging-service', 'again', 'callers.goodRatio')), 0.91, 0.02);
  near(mean(of('hanging-service', 'with', 'b-app.busyMean')), 10, 0.1);
  const full = SEEDS.slice(0, 4).map((seed) => {
    const world = new World(planFor(roles as Parts, 'hanging-service', 'without', { seed }), { fingerprint: false, check: 'off' });
    for (let ms = 10_000; ; ms += 50) {
      world.runUntil(ms);
      if (world.inspect()['b-app']!.slots!.used === 100) return ms - 10_000;
    }
  });
  for (const afterMs of full) { expect(afterMs).toBeGreaterThan(3000); expect(afterMs).toBeLessThan(5200); }
  near(mean(full), 4100, 0.15);
});

test('fresh clocks: eight queries an order and three seconds; shared: three queries in less than one second', () => {
  const perOrder = (variant: string) => mean(of('fresh-timeouts', variant, 'orders>database.requests')) / mean(of('fresh-timeouts', variant, 'callers.offered'));
  expect(perOrder('fresh')).toBeGreaterThan(7.8);
  expect(perOrder('fresh')).toBeLessThan(9);
  expect(perOrder('with')).toBeCloseTo(3, 1);
  expect(perOrder('without')).toBeCloseTo(1, 1);
  near(mean(of('fresh-timeouts', 'fresh', 'callers.p50Ms')), 3013, 0.01);
  expect(Math.max(...of('fresh-timeouts', 'with', 'callers.p50Ms'))).toBeLessThan(1000);
});

test('a limit at the 90th percentile: 11 % more attempts while all is well, three times as many for good after', () => {
  const well = runs('limit-too-low', 'low', SEEDS.slice(0, 6), { measure: { fromMs: 1000, untilMs: 6000 } }).map((run) => run['callers>pricing.amplification']!);
  near(mean(well), 1.11, 0.02);
  near(mean(of('limit-too-low', 'low', 'callers>pricing.amplification')), 3, 0.02);
  expect(mean(of('limit-too-low', 'low', 'callers.goodRatio'))).toBeLessThan(0.02);
  near(mean(of('limit-too-low', 'with', 'callers>pricing.amplification')), 1, 0.01);
});

test('hedging when full: nearly twice the requests, and it stays; with a budget 5 %', () => {
  near(mean(of('hedging-when-full', 'eager', 'callers>shop.requests')) / mean(of('hedging-when-full', 'without', 'callers>shop.requests')), 2, 0.06);
  expect(mean(of('hedging-when-full', 'eager', 'callers.goodRatio'))).toBeLessThan(0.2);
  near(mean(of('hedging-when-full', 'with', 'callers>shop.requests')) / mean(of('hedging-when-full', 'without', 'callers>shop.requests')), 1.05, 0.01);
  const throttled = mean(of('hedging-when-full', 'throttled', 'callers.goodRatio'));
  expect(throttled).toBeGreaterThan(mean(of('hedging-when-full', 'eager', 'callers.goodRatio')) + 0.15);
  expect(throttled).toBeLessThan(0.9);
});

test('a limit that is not kept: 400 ms, a second, or 100 ms sharp', () => {
  for (const [variant, p99Ms] of [['cooperative', 400], ['blocking', 1010], ['without', 1010], ['with', 100], ['fallback', 100]] as const) near(mean(of('not-kept', variant, 'callers.p99Ms')), p99Ms, 0.01);
  expect(Math.max(...of('not-kept', 'blocking', 'callers.timeout'))).toBe(0);
});

test('written twice: the slow tenth, and nobody with a key', () => {
  const twice = of('written-twice', 'twice', 'ledger.writtenTwice');
  near(mean(twice) / mean(of('written-twice', 'twice', 'callers.offered')), 0.1, 0.1);
  for (const variant of ['without', 'careful', 'with']) for (const value of of('written-twice', variant, 'ledger.writtenTwice')) expect(value, variant).toBe(0);
});

test('serving the dead: hundreds wait whose callers have gone', () => {
  const world = new World(planFor(roles as Parts, 'dead-requests', 'untold'), { fingerprint: false, check: 'off' });
  world.runUntil(10_000);
  const { queue } = world.inspect()['shop-app']!;
  expect(queue!.length).toBeGreaterThan(330);
  expect(queue!.length).toBeLessThan(480);
});

test('pitfalls name variants that exist, each with its fix', () => {
  for (const { scenario, variant, fixed } of story.pitfalls) {
    const found: Scenario | undefined = (scenarios as Readonly<Record<string, Scenario>>)[scenario];
    expect(found?.variants[variant]?.kind, `${scenario}/${variant}`).toBe('pitfall');
    expect(['fixed', 'with']).toContain(found?.variants[fixed]?.kind);
  }
});

test('settings speak of parameters that exist', () => {
  for (const { library, template } of story.settings ?? []) {
    for (const [, name] of template.matchAll(/\{(\w+)(?::\w+)?\}/g)) expect(Object.keys(story.engines.timeout.params), `${library}: ${name}`).toContain(name);
  }
});
