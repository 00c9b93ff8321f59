/** What the ledger says of each scenario and variant, and what they claim. Few seeds here (SEEDS=20 for more): the conformance suite runs the claims over 20. */
import { describe, expect, test } from 'vitest';
import type { Scenario, Variant } from '../../kernel/story.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { defaultDocument } from '../../runs/document.ts';
import { shelfOf } from '../../runs/document-stories.ts';
import { buildPlan, loadEngines, resolve } from '../../runs/plan.ts';
import { twoPhaseCommit } from './index.ts';
import { story } from './story.ts';

const SEEDS = Array.from({ length: Number(process.env.SEEDS ?? 4) }, (_, i) => i + 1);
const stories = (await shelfOf([twoPhaseCommit], roleStories).load('two-phase-commit'))!;
const resolvedOf = (scenario: string, variant: string, seed: number) => resolve({ ...defaultDocument(stories, scenario, variant), seed }, stories);
const { engineOf, laws } = await loadEngines(resolvedOf('coordinator-crash', 'with', 1), [twoPhaseCommit], roles);

interface Figures { readonly summary: Readonly<Record<string, number>>; readonly broken: readonly string[]; readonly error: number; readonly events: number }
function run(scenario: string, variant: string, seed: number): Figures {
  const plan = buildPlan(resolvedOf(scenario, variant, seed), engineOf, laws);
  const world = new World(plan, { check: seed === 1 ? 'sample' : 'off', fingerprint: false });
  world.runUntil(plan.durationMs);
  const ledger = world.ledger();
  const { error } = (ledger[1]!.view as { totals: { error: number } }).totals;
  return { summary: world.summary(), broken: ledger.filter(({ holds }) => !holds).map(({ name }) => name), error, events: world.events };
}
/** What the observer says of each variant: harm where the pattern is missing or maimed, none where it is whole. */
const HARM: Readonly<Record<string, readonly string[]>> = {
  transfers: ['without'], 'coordinator-crash': ['without'], heuristic: ['without', 'impatient'], 'no-log': ['without'], cooperative: ['without'],
  'three-phase-partition': ['without', 'three-phase'], orphans: ['without'],
};
/** A crash of a second may find no transfer between its two writes. */
const BY_CHANCE = new Set(['cooperative/without', 'no-log/without', 'heuristic/without', 'orphans/without']);

describe.each(Object.entries<Scenario>(story.scenarios))('%s', (name, scenario) => {
  test('the ledger sees harm where the pattern is missing or maimed, and none where it is whole; the claims hold', () => {
    const figures = new Map<string, Figures[]>(Object.keys(scenario.variants).map((variant) => [variant, SEEDS.map((seed) => run(name, variant, seed))]));
    for (const { metric, better, worse, wants, factor } of scenario.claims) {
      const mean = (variant: string): number => figures.get(variant)!.reduce((sum, { summary }) => sum + summary[metric]!, 0) / SEEDS.length;
      const [good, bad] = [mean(better), mean(worse)];
      expect(wants === 'lower' ? good * factor <= bad && good < bad : good >= bad * factor && good > bad, `${metric}: ${better} ${good}, ${worse} ${bad}, factor ${factor}`).toBe(true);
    }
    for (const [variant, runs] of figures) {
      const harmful = HARM[name]!.includes(variant);
      runs.forEach(({ broken }, i) => {
        if (!harmful) expect(broken, `${variant}, seed ${SEEDS[i]}`).toEqual([]);
        else if (!BY_CHANCE.has(`${name}/${variant}`)) expect(broken, `${variant}, seed ${SEEDS[i]}`).toContain('one outcome for all');
      });
    }
    if (process.env.FIGURES === '1') {
      for (const { label, metric } of scenario.headlines) {
        console.info(`${name}: ${label}: ${[...figures].map(([variant, runs]) => `${variant} ${(runs.reduce((sum, { summary }) => sum + (summary[metric] ?? 0), 0) / runs.length).toPrecision(4)}`).join(', ')}`);
      }
      console.info(`${name}: error of balances (mean of absolute): ${[...figures].map(([variant, runs]) => `${variant} ${(runs.reduce((sum, { error }) => sum + Math.abs(error), 0) / runs.length).toPrecision(4)}`).join(', ')}; events ${[...figures].map(([variant, runs]) => `${variant} ${Math.round(runs[0]!.events / 1000)}k`).join(', ')}`);
    }
  }, 120_000);
  test('opens with a variant that it has, and has a baseline and the pattern', () => {
    const variants: Readonly<Record<string, Variant>> = scenario.variants;
    expect(Object.keys(variants)).toEqual(expect.arrayContaining([scenario.opensWith, 'with', 'without']));
  });
});
