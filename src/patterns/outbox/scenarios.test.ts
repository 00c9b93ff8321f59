/** What the ledger says of each scenario and variant, and what they claim. Few seeds here (SEEDS=20 for more): the conformance suite runs the claims over 20. */
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../kernel/story.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { defaultDocument } from '../../runs/document.ts';
import { shelfOf } from '../../runs/document-stories.ts';
import { buildPlan, loadEngines, resolve } from '../../runs/plan.ts';
import { outbox } from './index.ts';
import { story } from './story.ts';

const SEEDS = Array.from({ length: Number(process.env.SEEDS ?? 2) }, (_, i) => i + 1);
const stories = (await shelfOf([outbox], roleStories).load('outbox'))!;
const resolvedOf = (scenario: string, variant: string, seed: number) => resolve({ ...defaultDocument(stories, scenario, variant), seed }, stories);
const { engineOf, laws } = await loadEngines(resolvedOf('orders', 'with', 1), [outbox], roles);

interface Figures { readonly summary: Readonly<Record<string, number>>; readonly broken: readonly string[]; readonly events: number }
function run(scenario: string, variant: string, seed: number): Figures {
  const plan = buildPlan(resolvedOf(scenario, variant, seed), engineOf, laws);
  const world = new World(plan, { check: seed === 1 ? 'sample' : 'off', fingerprint: false });
  world.runUntil(plan.durationMs);
  return { summary: world.summary(), broken: world.ledger().filter(({ holds }) => !holds).map(({ name }) => name), events: world.events };
}
/** What the observer says of each variant: which laws break where the pattern is missing, maimed, or only at least once. */
const LOSS = 'no committed event is lost', GHOST = 'nothing is announced that did not happen', TWICE = 'each consumer applies an event once', ORDER = 'one aggregate, one order';
const HARM: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  orders: { without: [LOSS], 'before-commit': [GHOST], 'separate-writes': [LOSS, TWICE], with: [TWICE], inbox: [] },
  'crash-points': { without: [LOSS], 'mark-first': [LOSS], with: [TWICE], inbox: [], 'commit-crash': [] },
  'sequence-gap': { without: [LOSS], naive: [LOSS], impatient: [LOSS], 'high-water': [], patient: [], with: [], log: [] },
  'two-relays': { without: [LOSS], unclaimed: [TWICE], with: [TWICE], 'skip-locked': [TWICE], 'by-hash': [] },
  poison: { without: [LOSS], 'for-ever': [], skipped: [ORDER], global: [], held: [], with: [] },
  'paused-slot': { without: [LOSS], alone: [], with: [] },
  original: { without: [LOSS], original: [], kept: [], cleaned: [], with: [] },
};
/** What is published again after a frozen leader depends on where the freeze caught it. */
const BY_CHANCE = new Set(['two-relays/with', 'two-relays/skip-locked', 'paused-slot/with']);

describe.each(Object.entries<Scenario>(story.scenarios))('%s', (name, scenario) => {
  test('the ledger sees harm where the pattern is missing or maimed, and none where it is whole; the claims hold', () => {
    const figures = new Map<string, Figures[]>(Object.keys(scenario.variants).map((variant) => [variant, SEEDS.map((seed) => run(name, variant, seed))]));
    if (process.env.FIGURES === '1') {
      for (const metric of new Set([...scenario.headlines.map((each) => each.metric), ...scenario.claims.map((each) => each.metric), 'ledger.committed', 'ledger.delivered', 'ledger.owed'])) {
        console.info(`${name}: ${metric}: ${[...figures].map(([variant, runs]) => `${variant} ${runs.map(({ summary }) => (summary[metric] ?? 0).toPrecision(4)).join('/')}`).join(', ')}`);
      }
      console.info(`${name}: events ${[...figures].map(([variant, runs]) => `${variant} ${Math.round(runs[0]!.events / 1000)}k ${runs[0]!.broken.join('; ')}`).join(', ')}`);
    }
    for (const { metric, better, worse, wants, factor } of scenario.claims) {
      const mean = (variant: string): number => figures.get(variant)!.reduce((sum, { summary }) => sum + (summary[metric] ?? 0), 0) / SEEDS.length;
      const [good, bad] = [mean(better), mean(worse)];
      expect(wants === 'lower' ? good * factor <= bad && good < bad : good >= bad * factor && good > bad, `${metric}: ${better} ${good}, ${worse} ${bad}, factor ${factor}`).toBe(true);
    }
    for (const [variant, runs] of figures) {
      runs.forEach(({ broken, summary }, i) => {
        const harm = HARM[name]![variant]!;
        if (BY_CHANCE.has(`${name}/${variant}`)) expect(broken.filter((law) => law !== TWICE), `${variant}, seed ${SEEDS[i]}`).toEqual([]);
        else expect(broken, `${variant}, seed ${SEEDS[i]}`).toEqual(harm);
        const { committed, delivered, owed, parked, lost } = Object.fromEntries(['committed', 'delivered', 'owed', 'parked', 'lost'].map((each) => [each, summary[`ledger.${each}`]!])) as Record<string, number>;
        expect(delivered! + owed! + parked! + lost!, `${variant}: committed = delivered + to be published + parked + lost`).toBe(committed);
      });
    }
  }, 120_000);
});
