/** Worlds for tests: a scenario as a plan, and a single saga with everything constant. Tests bring the roles along. */
import type { Plan } from '../../kernel/contract.ts';
import type { Scenario } from '../../kernel/story.ts';
import { scenarioPlan, type Change, type Parts } from '../../kernel/harnessScenario.ts';
import { engines, laws } from './engine.ts';
import { fourSteps } from './sagaTypes.ts';
import { engineStories } from './stories.ts';
import { ALL, broker, choreographed, dance, desk, link, ms, orchestrator, participants, shoppers } from './topologies.ts';

export const planFor = (roles: Parts, scenario: Scenario, variantId: string, change?: Change): Plan => scenarioPlan({ id: 'saga', engines, stories: engineStories, laws }, roles, scenario, variantId, change);

const bare = (nodes: Scenario['nodes'], links: Scenario['links']): Scenario => ({
  title: '', summary: '', seed: 1, durationMs: 200_000, measure: { fromMs: 0, untilMs: 200_000, label: '' }, nodes, links, faults: [], headlines: [], claims: [],
  opensWith: 'with', variants: { with: { title: '', kind: 'with', summary: '' } },
});
const calm = { workTime: ms(30), undoTime: ms(30), refuseRatio: 0 } as const;
const one = { arrivals: 'trace', traceMs: [1] } as const;
export const FOUR = ['customer', 'inventory', 'payment', 'shipping'] as const;

/** One saga of four steps, everything constant; `refuser` says no. */
export function oneSaga(roles: Parts, refuser: string, orchestration: object = {}, participation: object = {}, preset?: string): Plan {
  const parts = Object.fromEntries(FOUR.map((id) => [id, { ...calm, ...participation, ...(id === refuser ? { refuseRatio: 1 } : {}) }]));
  const layer = orchestrator({ sagas: { order: fourSteps }, retryJitterRatio: 0, ...orchestration }, preset);
  return planFor(roles, bare([shoppers('orders-desk', 1, one), desk(layer), ...participants(FOUR, parts)], [link('shoppers', 'orders-desk', 20), ...FOUR.map((id) => link('orders-desk', id, 25))]), 'with');
}
/** The same with events. The observer's patience is long: here the end of the run is looked at. */
export function oneDance(roles: Parts, refuser: string, common: object = {}): Plan {
  const parts = Object.fromEntries(ALL.map((id) => [id, { ...calm, ...(id === refuser ? { refuseRatio: 1 } : {}) }]));
  return planFor(roles, bare([shoppers('order', 1, one), ...choreographed(ALL, parts, { expectedMs: 180_000, watchdogMs: 4000, ...common }), broker()], dance()), 'with');
}
