import { expect, test } from 'vitest';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import type { Scenario } from '../../kernel/story.ts';
import { engines, laws } from './engine.ts';
import { holdingTable, sagaTable, stepTable } from './machine.ts';
import { planFor } from './testing.ts';
import { engineStories } from './stories.ts';
import { scenarios } from './scenarios.ts';

const shelf = {
  engines: { ...engines, ...Object.fromEntries(Object.entries(roles).map(([id, { engine }]) => [id, engine])) },
  stories: { ...engineStories, ...Object.fromEntries(Object.entries(roles).map(([id, { story }]) => [id, story])) },
  laws,
};
const ways = (table: { next: object }): string[] => Object.entries(table.next).flatMap(([state, row]) => Object.keys(row as object).map((event) => `${state} ${event}`));

test('coverage', () => {
  const notes = new Map<string, Set<string>>();
  const moves = new Map<string, Set<string>>();
  const steps = new Set<string>();
  for (const scenario of Object.values<Scenario>(scenarios)) for (const v of Object.keys(scenario.variants)) {
    const names = createNames(), trace = createTrace();
    const plan = planFor(scenario, v, shelf);
    const world = new World(plan, { check: 'sample', fingerprint: false, names, trace });
    world.runUntil(1e9);
    const layers = plan.nodes.flatMap((n) => n.layers);
    const nameOf = (l: number) => Object.entries(engines).find(([, e]) => e === layers[l]!.engine)?.[0] ?? '';
    for (let i = 0; i < trace.notes.length; i++) { const e = nameOf(trace.notes.layer[i]!); notes.set(e, (notes.get(e) ?? new Set()).add(names.list[trace.notes.name[i]!]!)); }
    for (let i = 0; i < trace.moves.length; i++) { const e = nameOf(trace.moves.layer[i]!); moves.set(e, (moves.get(e) ?? new Set()).add(`${names.list[trace.moves.from[i]!]} ${names.list[trace.moves.event[i]!]}`)); }
    const seen = world.inspect()['orchestrator'];
    for (const m of (seen?.views?.stepMoves ?? []) as { state: string; event: string }[]) steps.add(`${m.state} ${m.event}`);
  }
  console.log('saga moves missing', ways(sagaTable).filter((w) => !moves.get('saga')!.has(w)));
  console.log('holding moves missing', ways(holdingTable).filter((w) => !moves.get('participant')!.has(w) && !moves.get('choreographer')!.has(w)));
  console.log('step moves missing', ways(stepTable).filter((w) => !steps.has(w)));
  for (const [e, story] of Object.entries(engineStories)) console.log(e, 'notes missing', Object.keys(story.notes).filter((n) => !notes.get(e)?.has(n)));
  expect(1).toBe(1);
}, 200_000);
