import { expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import type { Plan } from '../../kernel/contract.ts';
import type { Scenario } from '../../kernel/story.ts';
import { engines, laws } from './engine.ts';
import { explore, play } from './exploring.ts';
import { fourSteps } from './sagaTypes.ts';
import { engineStories } from './stories.ts';
import { planFor } from './testing.ts';
import { ALL, broker, choreographed, dance, desk, exp, link, ms, orchestrator, participants, shoppers } from './topologies.ts';

void exp;
const shelf = {
  engines: { ...engines, ...Object.fromEntries(Object.entries(roles).map(([id, { engine }]) => [id, engine])) },
  stories: { ...engineStories, ...Object.fromEntries(Object.entries(roles).map(([id, { story }]) => [id, story])) },
  laws,
};
const FOUR = ['customer', 'inventory', 'payment', 'shipping'] as const;
const quiet = { workTime: ms(30), undoTime: ms(30), refuseRatio: 0 } as const;

/** One saga of four steps; `refuser` says no. */
function oneSaga(refuser: string, orchestration: object = {}, participation: object = {}, preset?: string): Plan {
  const parts = Object.fromEntries(FOUR.map((id) => [id, { ...quiet, ...participation, ...(id === refuser ? { refuseRatio: 1 } : {}) }]));
  const scenario: Scenario = {
    title: '', summary: '', seed: 1, durationMs: 120_000, measure: { fromMs: 0, untilMs: 120_000, label: '' }, faults: [], headlines: [], claims: [], opensWith: 'with',
    nodes: [
      shoppers('orders-desk', 1, { arrivals: 'trace', traceMs: [1] }),
      desk(orchestrator({ sagas: { order: fourSteps }, retryJitterRatio: 0, ...orchestration }, preset)), ...participants(FOUR, parts),
    ],
    links: [link('shoppers', 'orders-desk', 20), ...FOUR.map((id) => link('orders-desk', id, 25))],
    variants: { with: { title: '', kind: 'with', summary: '' } },
  };
  return planFor(scenario, 'with', shelf);
}


function oneDance(refuser: string, common: object = {}): Plan {
  const parts = Object.fromEntries(ALL.map((id) => [id, { ...quiet, ...(id === refuser ? { refuseRatio: 1 } : {}) }]));
  const scenario: Scenario = {
    title: '', summary: '', seed: 1, durationMs: 120_000, measure: { fromMs: 0, untilMs: 120_000, label: '' }, faults: [], headlines: [], claims: [], opensWith: 'with',
    nodes: [shoppers('order', 1, { arrivals: 'trace', traceMs: [1] }), ...choreographed(ALL, parts, { expectedMs: 100_000, watchdogMs: 4000, ...common }), broker()],
    links: dance(), variants: { with: { title: '', kind: 'with', summary: '' } },
  };
  return planFor(scenario, 'with', shelf);
}
test.each<[string, object]>([['correct', {}], ['no watchdog', { watchdogMs: 0 }], ['no outbox', { outbox: false, watchdogMs: 0 }], ['direct', { broker: '', watchdogMs: 0 }], ['no tombs', {tombstones: false}], ['no dedupe', {dedupe: false}], ['direct+dog', {broker: ''}]])('%s', (name, common) => {
  for (const refuser of ['', 'payment', 'inventory']) {
    const t = performance.now();
    const base = play(oneDance(refuser, common), [], true);
    const all = explore(oneDance(refuser, common), (n) => n % 37 === 0, (f) => f.kind === 'crashAt' && f.node === 'broker' && f.note === 'published');
    console.log(name, refuser, base.wrong, 'crashes', base.crashes.length, 'msgs', base.messages.length, 'runs', all.runs, 'broken', all.broken.length, 'stuck', all.stuck, all.completed, Math.round(performance.now() - t));
    for (const b of all.broken.slice(0, 4)) console.log('   ' + JSON.stringify(b));
  }
});
void oneSaga; void expect;
