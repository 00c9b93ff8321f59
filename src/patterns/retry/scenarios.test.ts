/** What the story says is true: every claim over twenty seeds, every number in a text, every note and beat. */
import { expect, test } from 'vitest';
import type { Scenario } from '../../kernel/story.ts';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { storiesFrom } from '../../runs/document-stories.ts';
import { storyProblems } from '../../runs/validate-story.ts';
import type { Parts } from '../../kernel/harnessScenario.ts';
import { scenarios } from './scenarios.ts';
import { story } from './story.ts';
import { planFor, type ScenarioId } from './testing.ts';

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
const all = Object.entries(scenarios) as [ScenarioId, Scenario][];


const cache = new Map<string, Record<string, number>[]>();
/** Summaries of all seeds; the books of the last one are balanced by an invariant check. */
function runs(id: ScenarioId, variant: string, seeds = SEEDS): Record<string, number>[] {
  const key = `${id}/${variant}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const found = seeds.map((seed) => {
    const world = new World(planFor(roles as Parts, id, variant, { seed }), { fingerprint: false, check: 'off' });
    world.runUntil(world.durationMs);
    world.check();
    const duplicates = world.ledger().map(({ view }) => (view as { duplicates: number }).duplicates)[0]!;
    return { ...world.summary(), duplicates };
  });
  cache.set(key, found);
  return found;
}
const of = (id: ScenarioId, variant: string, metric: string): number[] => runs(id, variant).map((run) => run[metric] ?? 0);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test('the story is legal, scenario by scenario and variant by variant', () => {
  const told = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, role.story]));
  expect(storyProblems(storiesFrom('retry', { retry: story }, told))).toEqual([]);
});

test('the storm’s claims hold for the seed that opens, and for two more', () => {
  const { claims, seed } = scenarios['retry-storm'];
  for (const at of [seed, 11, 12]) {
    const seen = new Map<string, Record<string, number>>();
    const summary = (variant: string): Record<string, number> => {
      if (!seen.has(variant)) {
        const world = new World(planFor(roles as Parts, 'retry-storm', variant, { seed: at }), { fingerprint: false, check: 'off' });
        world.runUntil(world.durationMs);
        seen.set(variant, world.summary());
      }
      return seen.get(variant)!;
    };
    for (const { metric, better, worse, wants, factor } of claims) {
      const good = summary(better)[metric]!, bad = summary(worse)[metric]!;
      if (wants === 'higher') expect(good, `${better} over ${worse}`).toBeGreaterThanOrEqual(Math.max(1, bad * factor));
      else expect(good * factor, `${better} under ${worse}`).toBeLessThanOrEqual(bad);
    }
  }
});

test('blips: 90 % become 99.9 %, for 1.11 attempts a call', () => {
  expect(mean(of('transient-blips', 'without', 'callers.goodRatio'))).toBeCloseTo(0.9, 2);
  const [ok, bad] = [mean(of('transient-blips', 'with', 'callers.ok')), mean(of('transient-blips', 'with', 'callers.transientError'))];
  expect(ok / (ok + bad)).toBeGreaterThan(0.9985);
  expect(ok / (ok + bad)).toBeLessThan(0.9995);
  expect(mean(of('transient-blips', 'with', 'callers>catalog.amplification'))).toBeCloseTo(1.11, 2);
});

test('layered: 64 queries an order, four with one retry, about a third more with budgets', () => {
  const perOrder = (variant: string): number => mean(of('layered-retries', variant, 'stock>database.requests')) / mean(of('layered-retries', variant, 'callers.offered'));
  expect(perOrder('layered')).toBeGreaterThan(60);
  expect(perOrder('layered')).toBeLessThan(68);
  expect(perOrder('with')).toBeCloseTo(4, 0);
  expect(perOrder('budgets')).toBeGreaterThan(1.15);
  expect(perOrder('budgets')).toBeLessThan(1.45);
});

test('charged twice: the ledger counts a tenth of the orders with a blind retry, and none with a key or without a retry', () => {
  for (const variant of ['without', 'careful', 'with']) for (const duplicates of of('double-charge', variant, 'duplicates')) expect(duplicates, variant).toBe(0);
  for (const duplicates of of('double-charge', 'twice', 'duplicates')) expect(duplicates).toBeGreaterThan(30);
  expect(mean(of('double-charge', 'twice', 'duplicates')) / 600).toBeCloseTo(0.11, 1);
  expect(mean(of('double-charge', 'without', 'callers.goodRatio'))).toBeCloseTo(0.9, 1);
  expect(mean(of('double-charge', 'with', 'callers.goodRatio'))).toBeGreaterThan(0.98);
});

test('hedging: 5 % more load', () => {
  expect(mean(of('slow-tail', 'with', 'callers>replicas.amplification'))).toBeCloseTo(1.05, 2);
  expect(Math.max(...of('slow-tail', 'with', 'callers.p99Ms'))).toBeLessThan(260);
  expect(Math.min(...of('slow-tail', 'without', 'callers.p99Ms'))).toBeGreaterThan(880);
  expect(mean(of('slow-tail', 'without', 'callers.goodRatio'))).toBeCloseTo(0.95, 2);
});

test('permanent errors: 60 wrong requests a second become 240', () => {
  expect(mean(of('permanent-errors', 'all', 'faulty>edge.requests')) / 20).toBeGreaterThan(225);
  expect(mean(of('permanent-errors', 'with', 'faulty>edge.requests')) / 20).toBeCloseTo(60, -0.5);
});

test('every note of every engine is heard in some variant, and every beat fires in the scenarios', () => {
  const heard = new Set<string>();
  for (const [id, { variants }] of all) {
    for (const variant of Object.keys(variants)) {
      const trace = createTrace(), names = createNames();
      const plan = planFor(roles as Parts, id, variant);
      const world = new World(plan, { trace, names, fingerprint: false, check: 'off' });
      world.runUntil(world.durationMs);
      for (let i = 0; i < trace.notes.length; i++) heard.add(names.list[trace.notes.name[i]!]!);
    }
  }
  const missing = Object.values(story.engines).flatMap(({ notes }) => Object.keys(notes)).filter((name) => !heard.has(name));
  expect(missing).toEqual([]);
  for (const { when } of story.lesson) if (typeof when === 'object' && 'note' in when) expect(heard.has(when.note), when.note).toBe(true);
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
    for (const [, name] of template.matchAll(/\{(\w+)(?::\w+)?\}/g)) expect(Object.keys(story.engines.retry.params), `${library}: ${name}`).toContain(name);
  }
});
