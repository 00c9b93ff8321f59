/** What the ledger says of each scenario and variant, and what they claim. Few seeds here (SEEDS=20 for more): the conformance suite runs the claims over 20. */
import { describe, expect, test } from 'vitest';
import type { Scenario, Variant } from '../../kernel/story.ts';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { defaultDocument } from '../../runs/document.ts';
import { shelfOf } from '../../runs/document-stories.ts';
import { buildPlan, loadEngines, resolve } from '../../runs/plan.ts';
import { twoPhaseCommit } from './index.ts';
import { engine as coordinator } from './engine.ts';
import { coordinatorTable, participantTable } from './machine.ts';
import { story } from './story.ts';

const SEEDS = Array.from({ length: Number(process.env.SEEDS ?? 2) }, (_, i) => i + 1);
const stories = (await shelfOf([twoPhaseCommit], roleStories).load('two-phase-commit'))!;
const resolvedOf = (scenario: string, variant: string, seed: number) => resolve({ ...defaultDocument(stories, scenario, variant), seed }, stories);
const { engineOf, laws } = await loadEngines(resolvedOf('coordinator-crash', 'with', 1), [twoPhaseCommit], roles);

const taken = { coordinator: new Set<string>(), participant: new Set<string>() };
interface Figures { readonly summary: Readonly<Record<string, number>>; readonly broken: readonly string[]; readonly error: number; readonly events: number }
function run(scenario: string, variant: string, seed: number): Figures {
  const plan = buildPlan(resolvedOf(scenario, variant, seed), engineOf, laws);
  const names = createNames(), trace = createTrace();
  const world = new World(plan, { check: seed === 1 ? 'sample' : 'off', fingerprint: false, names, trace });
  world.runUntil(plan.durationMs);
  const engines = plan.nodes.flatMap((node) => node.layers.map((layer) => layer.engine));
  for (let i = 0; i < trace.moves.length; i++) {
    const way = `${names.list[trace.moves.from[i]!]} ${names.list[trace.moves.event[i]!]}`;
    (engines[trace.moves.layer[i]!] === coordinator ? taken.coordinator : taken.participant).add(way);
  }
  const ledger = world.ledger();
  const { error } = (ledger[1]!.view as { totals: { error: number } }).totals;
  return { summary: world.summary(), broken: ledger.filter(({ holds }) => !holds).map(({ name }) => name), error, events: world.events };
}
/** What the observer says of each variant: which law breaks where the pattern is missing or maimed; none where it is whole. */
const ATOMIC = 'one outcome for all', DOUBT = 'nobody is left in doubt';
const HARM: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  transfers: { without: ATOMIC }, 'coordinator-crash': { without: ATOMIC }, heuristic: { without: ATOMIC, impatient: ATOMIC, 'commit-alone': ATOMIC },
  'no-log': { without: ATOMIC, memory: DOUBT, original: DOUBT }, cooperative: { without: ATOMIC },
  'three-phase-partition': { without: ATOMIC, 'three-phase': ATOMIC, hasty: ATOMIC }, orphans: { without: ATOMIC, abandoned: DOUBT },
  'slow-coordinator': {}, requests: { without: DOUBT },
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
      const harm = HARM[name]![variant];
      runs.forEach(({ broken }, i) => {
        if (harm === undefined) expect(broken, `${variant}, seed ${SEEDS[i]}`).toEqual([]);
        else if (!BY_CHANCE.has(`${name}/${variant}`)) expect(broken, `${variant}, seed ${SEEDS[i]}`).toContain(harm);
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

test('every state and every move of both machines is reached in some scenario', () => {
  const ways = ({ next }: { readonly next: object }): string[] => Object.entries(next).flatMap(([from, row]) => Object.keys(row as object).map((event) => `${from} ${event}`));
  expect(ways(coordinatorTable).filter((way) => !taken.coordinator.has(way))).toEqual([]);
  expect(ways(participantTable).filter((way) => !taken.participant.has(way))).toEqual([]);
});
