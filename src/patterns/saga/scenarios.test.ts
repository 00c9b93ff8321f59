import { expect, test } from 'vitest';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import type { Scenario } from '../../kernel/story.ts';
import { engines, laws } from './engine.ts';
import { planFor } from './testing.ts';
import { engineStories } from './stories.ts';
import { scenarios } from './scenarios.ts';

const shelf = {
  engines: { ...engines, ...Object.fromEntries(Object.entries(roles).map(([id, { engine }]) => [id, engine])) },
  stories: { ...engineStories, ...Object.fromEntries(Object.entries(roles).map(([id, { story }]) => [id, story])) },
  laws,
};
const SEEDS = Number(process.env.SEEDS ?? 20);
test.each(Object.entries<Scenario>(scenarios))('%s', (id, scenario) => {
  const t = performance.now();
  const runs = Object.fromEntries(Object.keys(scenario.variants).map((v) => [v, Array.from({ length: SEEDS }, (_, i) => {
    const world = new World(planFor(scenario, v, shelf, { seed: i + 1 }), { check: 'sample', fingerprint: false });
    world.runUntil(1e9);
    return { s: world.summary(), laws: world.ledger().map((l) => l.holds) };
  })]));
  const lines = scenario.claims.map(({ metric, better, worse, wants, factor }) => {
    const ratios = runs[better]!.map(({ s }, i) => { const a = s[metric] ?? 0, b = runs[worse]![i]!.s[metric] ?? 0; return wants === 'lower' ? b / a : a / b; }).sort((x, y) => x - y);
    const mean = (v: string) => runs[v]!.reduce((x, { s }) => x + (s[metric] ?? 0), 0) / SEEDS;
    return `${metric} ${better}=${mean(better).toFixed(2)} ${worse}=${mean(worse).toFixed(2)} ${wants} x${factor}: min ${ratios[0]!.toFixed(2)} med ${ratios[SEEDS >> 1]!.toFixed(2)} ${ratios[0]! >= factor ? '' : 'FAILS'}`;
  });
  console.log(id, Math.round(performance.now() - t), 'ms\n', lines.join('\n '), '\n', Object.entries(runs).map(([v, r]) => `${v}: ${[0, 1, 2].map((i) => r.filter((x) => x.laws[i]).length).join('/')}`).join('  '));
  expect(1).toBe(1);
}, 200_000);
