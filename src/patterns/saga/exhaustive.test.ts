import { expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import type { Plan } from '../../kernel/contract.ts';
import type { Scenario } from '../../kernel/story.ts';
import { engines, laws } from './engine.ts';
import { explore, play } from './exploring.ts';
import { fourSteps } from './sagaTypes.ts';
import { engineStories } from './stories.ts';
import { planFor } from './testing.ts';
import { desk, exp, link, ms, orchestrator, participants, shoppers } from './topologies.ts';

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

test('play', () => {
  for (const refuser of ['', 'payment', 'inventory']) {
    const base = play(oneSaga(refuser), [], true);
    console.log(refuser, base.wrong, base.completed, base.crashes.length, base.messages.length);
    const t = performance.now();
    const all = explore(oneSaga(refuser), (n) => n % 20 === 0);
    console.log(all.runs, all.broken.length, all.stuck, all.completed, performance.now() - t);
    for (const b of all.broken.slice(0, 6)) console.log(JSON.stringify(b));
    expect(base.wrong).toBe('');
  }
});
