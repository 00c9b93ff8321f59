import { expect, test } from 'vitest';
import type { Scenario } from '../../kernel/story.ts';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { engines } from './engine.ts';
import { LEDGERS } from './laws.ts';
import { holdingTable, sagaTable, stepTable } from './machine.ts';
import { scenarios } from './scenarios.ts';
import { planFor } from './testing.ts';

/** Which laws are broken at the end of a variant; all others hold in all of them. */
const BROKEN: Readonly<Record<string, readonly (keyof typeof LEDGERS)[]>> = {
  'order-saga/without': ['ledger'],
  'compensation-fails/without': ['ledger', 'counters'],
  'timeout-after-commit/without': ['ledger'], 'timeout-after-commit/twice': ['ledger'],
  'orchestrator-crash/without': ['ledger'], 'orchestrator-crash/repeats': ['ledger'],
  'after-the-pivot/without': ['ledger'],
  'dirty-read/without': ['counters', 'limits'], 'dirty-read/commutative': ['limits'], 'dirty-read/by-value': ['limits'],
  'oversell/without': ['counters', 'limits'],
  'charge-first/without': ['ledger'],
  'lost-event/without': ['ledger'], 'lost-event/forgetful': ['ledger'],
  'events-twice/without': ['ledger'],
  'zombie-request/without': ['ledger'], 'zombie-request/sketch': ['ledger'],
  'the-sketch/without': ['ledger', 'counters'],
};
const SEEDS = [1, 2];

const saga = new Set<string>(), holding = new Set<string>(), steps = new Set<string>();
function run(scenario: Scenario, variant: string, seed: number): World {
  const names = createNames(), trace = createTrace();
  const plan = planFor(roles, scenario, variant, { seed });
  const world = new World(plan, { check: 'sample', fingerprint: false, names, trace });
  world.runUntil(plan.durationMs);
  const layers = plan.nodes.flatMap((node) => node.layers);
  for (let i = 0; i < trace.moves.length; i++) {
    const { engine } = layers[trace.moves.layer[i]!]!;
    (engine === engines.saga ? saga : holding).add(`${names.list[trace.moves.from[i]!]} ${names.list[trace.moves.event[i]!]}`);
  }
  for (const { state, event } of (world.inspect().orchestrator?.views?.stepMoves ?? []) as { state: string; event: string }[]) steps.add(`${state} ${event}`);
  return world;
}

const cases = Object.entries<Scenario>(scenarios).flatMap(([id, scenario]) => Object.keys(scenario.variants).map((variant) => [`${id}/${variant}`, scenario, variant] as const));
test.each(cases)('%s breaks the laws that it is there to break, and no other', (name, scenario, variant) => {
  for (const seed of new Set([scenario.seed, ...SEEDS])) {
    const broken = run(scenario, variant, seed).ledger().filter(({ holds }) => !holds).map((law) => law.name);
    expect(broken, `seed ${seed}`).toEqual((BROKEN[name] ?? []).map((key) => LEDGERS[key]));
  }
});

const waysOf = (table: { readonly next: object }): string[] => Object.entries(table.next).flatMap(([state, row]) => Object.keys(row as object).map((event) => `${state} ${event}`)).sort();
test('the scenarios take every way through each of the three machines', () => {
  expect(Array.from(saga).sort()).toEqual(waysOf(sagaTable));
  expect(Array.from(holding).sort()).toEqual(waysOf(holdingTable));
  expect(Array.from(steps).sort()).toEqual(waysOf(stepTable));
});

test('the numbers in the texts are right', () => {
  const charged = scenarios['charge-first'];
  const refunds = SEEDS.map((seed) => {
    const summary = run(charged, 'early', seed).summary();
    return summary['payment-app.noteTotal.undone']! / summary['payment-app.noteTotal.committed']!;
  });
  // One order in eight is refused after the charge: 1 − 0.95 · 0.92 = 0.126.
  expect(refunds.reduce((sum, each) => sum + each, 0) / SEEDS.length).toBeCloseTo(0.126, 1);
  for (const seed of SEEDS) {
    const { rows } = run(scenarios['order-saga'], 'without', seed).ledger()[0]!.view as { rows: { account: string; orphaned: number }[] };
    // "Hundreds of reservations", of 40 each.
    expect(rows.find(({ account }) => account === 'credit')!.orphaned / 40).toBeGreaterThan(200);
  }
});
