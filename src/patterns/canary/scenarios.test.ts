/** What the story says in numbers is so, over several seeds; and the ledger agrees with the rollout's own figures. */
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../kernel/story.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { storiesFrom } from '../../runs/document-stories.ts';
import { storyProblems } from '../../runs/validate-story.ts';
import type { Parts } from '../../kernel/harnessScenario.ts';
import { scenarios } from './scenarios.ts';
import { story } from './story.ts';
import { planFor, type ScenarioId } from './testing.ts';

/** CANARY_SEEDS=200 for the confusion matrix of the catalogue. */
const SEEDS = Number(process.env['CANARY_SEEDS'] ?? 4);
const cache = new Map<string, { readonly summary: Record<string, number>; readonly meters: Record<string, number> }[]>();
function runs(id: ScenarioId, variant: string) {
  const key = `${id}/${variant}`;
  let known = cache.get(key);
  if (known === undefined) {
    known = Array.from({ length: SEEDS }, (_, i) => {
      const world = new World(planFor(roles as Parts, id, variant, { seed: i + 1 }), { fingerprint: false, check: 'off' });
      world.runUntil(world.durationMs);
      world.check();
      return { summary: world.summary(), meters: world.inspect()['rollout']!.meters as Record<string, number> };
    });
    cache.set(key, known);
  }
  return known;
}
const mean = (id: ScenarioId, variant: string, metric: string): number => runs(id, variant).reduce((sum, { summary }) => sum + (summary[metric] ?? 0), 0) / SEEDS;

test('the story is legal, scenario by scenario and variant by variant', () => {
  expect(storyProblems(storiesFrom('canary', { canary: story }, Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, role.story]))))).toEqual([]);
});
test('every pitfall has its scenario, its variant and its fix', () => {
  for (const { scenario, variant, fixed } of story.pitfalls) {
    const found = (scenarios as Readonly<Record<string, Scenario>>)[scenario];
    expect(found?.variants[variant]?.kind, scenario).toBe('pitfall');
    expect(found?.variants[fixed]?.kind, scenario).toBe('fixed');
  }
});

describe('a bad release', () => {
  test('costs about λ · weight · rate · time: 30 bad answers, and ten times as many at once', () => {
    expect(mean('bad-release', 'with', 'ledger.exposure') / (200 * 0.1 * 0.05 * 30)).toBeGreaterThan(0.8);
    expect(mean('bad-release', 'with', 'ledger.exposure') / (200 * 0.1 * 0.05 * 30)).toBeLessThan(1.6);
    expect(Math.abs(mean('bad-release', 'without', 'ledger.exposure') - 200 * 0.05 * 30)).toBeLessThan(40);
  });
  test('is always rolled back, a good one promoted', () => {
    for (const variant of ['with', 'fisher', 'without']) for (const { summary } of runs('bad-release', variant)) expect(summary['rollout.note.rolledBack'], variant).toBe(1);
    expect(mean('bad-release', 'good', 'rollout.note.promoted')).toBeGreaterThan(0.8);
  });
  test('the exposure the rollout counts is the one the ledger counts', () => {
    for (const { summary, meters } of runs('bad-release', 'with')) expect(Math.abs(summary['ledger.exposure']! - meters['exposure']!)).toBeLessThanOrEqual(2);
  });
});
test('too few samples: most of the bad releases are promoted, and hardly one with 200 of each side', () => {
  const share = mean('too-few-samples', 'small', 'rollout.note.promoted') / (mean('too-few-samples', 'small', 'rollout.note.promoted') + mean('too-few-samples', 'small', 'rollout.note.rolledBack'));
  expect(share).toBeGreaterThan(0.6);
  expect(share).toBeLessThan(0.8);
  expect(mean('too-few-samples', 'with', 'rollout.note.promoted')).toBeLessThan(1.2);
  expect(mean('too-few-samples', 'wait', 'rollout.note.promoted')).toBe(0);
});
test('ten looks: about four in ten good releases are rolled back, hardly any with a shared-out α', () => {
  const wrong = (variant: string): number => mean('peeking', variant, 'rollout.note.rolledBack') / (mean('peeking', variant, 'rollout.note.rolledBack') + mean('peeking', variant, 'rollout.note.promoted'));
  expect(Math.abs(wrong('none') - 0.4)).toBeLessThan(0.15);
  expect(wrong('with')).toBeLessThan(0.15);
});
test('users never flip under a hash or a long cookie', () => {
  for (const variant of ['with', 'cookie']) for (const { summary } of runs('flipping', variant)) expect(summary['ledger.flips'], variant).toBe(0);
  for (const variant of ['random', 'short', 'without']) for (const { summary } of runs('flipping', variant)) expect(summary['ledger.flips'], variant).toBeGreaterThan(5);
});
test('mirrored, nobody has it; by header, only testers; nobody is sent where nothing runs', () => {
  for (const { summary } of runs('mirror-first', 'with')) expect(summary['ledger.usersExposed']).toBe(0);
  for (const { summary } of runs('testers-first', 'with')) expect(summary['ledger.usersExposed']).toBe(20);
  for (const known of cache.values()) for (const { summary } of known) expect(summary['ledger.turnedAway']).toBe(0);
});
