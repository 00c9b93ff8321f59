/** Worlds for tests: a scenario as a plan, and a single saga with everything constant. Tests bring the roles along. */
import type { Engine, Plan } from '../../kernel/contract.ts';
import type { EngineStory, LayerSpec, Scenario } from '../../kernel/story.ts';
import { engines, laws } from './engine.ts';
import { fourSteps } from './sagaTypes.ts';
import { engineStories } from './stories.ts';
import { ALL, broker, choreographed, dance, desk, link, ms, orchestrator, participants, shoppers } from './topologies.ts';

export type Roles = Readonly<Record<string, { readonly engine: Engine; readonly story: EngineStory }>>;
export interface Change {
  readonly seed?: number;
  readonly faults?: Plan['faults'];
  readonly durationMs?: number;
  readonly params?: Readonly<Record<string, object>>;
}
/** `saga` or `saga/name` of this pattern, or a role. */
const nameOf = (ref: string): string => (ref.startsWith('saga/') ? ref.slice(5) : ref);

export function planFor(roles: Roles, scenario: Scenario, variantId: string, change: Change = {}): Plan {
  const variant = scenario.variants[variantId];
  if (variant === undefined) throw new Error(`no variant ${variantId}; there are ${Object.keys(scenario.variants).join(', ')}`);
  const own: Readonly<Record<string, Engine>> = engines;
  const stories: Readonly<Record<string, EngineStory>> = engineStories;
  const paramsOf = (layer: LayerSpec): Record<string, unknown> => {
    const story = stories[nameOf(layer.engine)] ?? roles[layer.engine]?.story;
    if (story === undefined) throw new Error(`no story of ${layer.engine}`);
    const preset = (name: string | undefined): object => (name === undefined ? {} : (story.presets?.[name]?.params ?? {}));
    const told = { ...preset(layer.preset), ...layer.params, ...preset(variant.presets?.[layer.id]), ...variant.params?.[layer.id], ...change.params?.[layer.id] };
    const unknown = Object.keys(told).find((name) => !(name in story.params));
    if (unknown !== undefined) throw new Error(`${layer.id} has no parameter ${unknown}`);
    return { ...Object.fromEntries(Object.entries(story.params).map(([name, param]) => [name, param.initial])), ...told };
  };
  return {
    seed: change.seed ?? scenario.seed, durationMs: change.durationMs ?? scenario.durationMs, measure: scenario.measure, links: scenario.links,
    faults: change.faults ?? variant.faults ?? scenario.faults, interventions: scenario.interventions ?? [], laws,
    nodes: scenario.nodes.map(({ id, stack }) => ({
      id, layers: (variant.stacks?.[id] ?? stack).map((layer) => ({ id: layer.id, engine: own[nameOf(layer.engine)] ?? roles[layer.engine]!.engine, params: paramsOf(layer) })),
    })),
  };
}

const bare = (nodes: Scenario['nodes'], links: Scenario['links']): Scenario => ({
  title: '', summary: '', seed: 1, durationMs: 200_000, measure: { fromMs: 0, untilMs: 200_000, label: '' }, nodes, links, faults: [], headlines: [], claims: [],
  opensWith: 'with', variants: { with: { title: '', kind: 'with', summary: '' } },
});
const calm = { workTime: ms(30), undoTime: ms(30), refuseRatio: 0 } as const;
const one = { arrivals: 'trace', traceMs: [1] } as const;
export const FOUR = ['customer', 'inventory', 'payment', 'shipping'] as const;

/** One saga of four steps, everything constant; `refuser` says no. */
export function oneSaga(roles: Roles, refuser: string, orchestration: object = {}, participation: object = {}, preset?: string): Plan {
  const parts = Object.fromEntries(FOUR.map((id) => [id, { ...calm, ...participation, ...(id === refuser ? { refuseRatio: 1 } : {}) }]));
  const layer = orchestrator({ sagas: { order: fourSteps }, retryJitterRatio: 0, ...orchestration }, preset);
  return planFor(roles, bare([shoppers('orders-desk', 1, one), desk(layer), ...participants(FOUR, parts)], [link('shoppers', 'orders-desk', 20), ...FOUR.map((id) => link('orders-desk', id, 25))]), 'with');
}
/** The same with events. The observer's patience is long: here the end of the run is looked at. */
export function oneDance(roles: Roles, refuser: string, common: object = {}): Plan {
  const parts = Object.fromEntries(ALL.map((id) => [id, { ...calm, ...(id === refuser ? { refuseRatio: 1 } : {}) }]));
  return planFor(roles, bare([shoppers('order', 1, one), ...choreographed(ALL, parts, { expectedMs: 180_000, watchdogMs: 4000, ...common }), broker()], dance()), 'with');
}
