/** A scenario as a plan, without documents: for tests, which bring the roles along. */
import type { Engine, Law, Plan } from '../../kernel/contract.ts';
import type { EngineStory, LayerSpec, Scenario } from '../../kernel/story.ts';

export interface Shelf {
  readonly engines: Readonly<Record<string, Engine>>;
  readonly stories: Readonly<Record<string, EngineStory>>;
  readonly laws: readonly Law[];
}
/** By reference: a role, `saga`, or `saga/name`. */
const nameOf = (ref: string): string => (ref.startsWith('saga/') ? ref.slice(5) : ref);

export function planFor(scenario: Scenario, variantId: string, shelf: Shelf, change: Partial<Pick<Plan, 'seed' | 'faults' | 'durationMs'>> & { readonly params?: Readonly<Record<string, object>> } = {}): Plan {
  const variant = scenario.variants[variantId];
  if (variant === undefined) throw new Error(`no variant ${variantId}; there are ${Object.keys(scenario.variants).join(', ')}`);
  const paramsOf = (layer: LayerSpec): Record<string, unknown> => {
    const story = shelf.stories[nameOf(layer.engine)];
    if (story === undefined) throw new Error(`no story of ${layer.engine}`);
    const preset = (name: string | undefined): object => (name === undefined ? {} : (story.presets?.[name]?.params ?? {}));
    const told = { ...preset(layer.preset), ...layer.params, ...preset(variant.presets?.[layer.id]), ...variant.params?.[layer.id], ...change.params?.[layer.id] };
    const unknown = Object.keys(told).find((name) => !(name in story.params));
    if (unknown !== undefined) throw new Error(`${layer.id} has no parameter ${unknown}`);
    return { ...Object.fromEntries(Object.entries(story.params).map(([name, param]) => [name, param.initial])), ...told };
  };
  return {
    seed: change.seed ?? scenario.seed, durationMs: change.durationMs ?? scenario.durationMs, measure: scenario.measure, links: scenario.links,
    faults: change.faults ?? variant.faults ?? scenario.faults, interventions: scenario.interventions ?? [], laws: shelf.laws,
    nodes: scenario.nodes.map(({ id, stack }) => ({
      id,
      layers: (variant.stacks?.[id] ?? stack).map((layer) => ({
        id: layer.id, engine: shelf.engines[nameOf(layer.engine)]!, params: paramsOf(layer), ...(layer.to === undefined ? {} : { to: layer.to }),
      })),
    })),
  };
}
