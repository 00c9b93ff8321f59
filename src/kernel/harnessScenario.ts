/** A scenario as a plan, without documents and without the catalogue: the tests of a pattern bring along the roles and engines that it stands with. */
import type { Engine, Law, Plan } from './contract.ts';
import type { EngineStory, LayerSpec, Scenario } from './story.ts';
import { initialParams } from './harnessParams.ts';

export interface Part {
  readonly engine: Engine;
  readonly story: EngineStory;
}
/** Roles, and engines of other patterns, by reference. */
export type Parts = Readonly<Record<string, Part>>;
/** What a pattern is made of. */
export interface Own {
  readonly id: string;
  readonly engines: Readonly<Record<string, Engine>>;
  readonly stories: Readonly<Record<string, EngineStory>>;
  readonly laws: readonly Law[];
}
export interface Change {
  readonly seed?: number;
  readonly durationMs?: number;
  readonly measure?: Plan['measure'];
  readonly faults?: Plan['faults'];
  /** By layer, over those of scenario and variant. */
  readonly params?: Readonly<Record<string, object>>;
}

/** @throws Error for a variant, an engine or a parameter that doesn't exist */
export function scenarioPlan({ id, engines, stories, laws }: Own, others: Parts, scenario: Scenario, variantId: string, change: Change = {}): Plan {
  const variant = scenario.variants[variantId];
  if (variant === undefined) throw new Error(`no variant ${variantId}; there are ${Object.keys(scenario.variants).join(', ')}`);
  const partOf = (ref: string): Part => {
    const name = ref.startsWith(`${id}/`) ? ref.slice(id.length + 1) : ref;
    const own = engines[name], story = stories[name];
    const part = own !== undefined && story !== undefined ? { engine: own, story } : others[ref];
    if (part === undefined) throw new Error(`no engine ${ref}; bring it along`);
    return part;
  };
  const paramsOf = (layer: LayerSpec, { story }: Part): Record<string, unknown> => {
    const preset = (name: string | undefined): object => (name === undefined ? {} : story.presets![name]!.params);
    const given = { ...initialParams(story.params), ...preset(layer.preset), ...layer.params, ...preset(variant.presets?.[layer.id]), ...variant.params?.[layer.id], ...change.params?.[layer.id] };
    const unknown = Object.keys(given).find((name) => !(name in story.params));
    if (unknown !== undefined) throw new Error(`${layer.id} has no parameter ${unknown}`);
    return given;
  };
  return {
    seed: change.seed ?? scenario.seed, durationMs: change.durationMs ?? scenario.durationMs, measure: change.measure ?? scenario.measure, links: scenario.links,
    faults: change.faults ?? variant.faults ?? scenario.faults, interventions: scenario.interventions ?? [], laws,
    nodes: scenario.nodes.map(({ id: node, stack }) => ({
      id: node,
      layers: (variant.stacks?.[node] ?? stack).map((layer) => {
        const part = partOf(layer.engine);
        return { id: layer.id, engine: part.engine, params: paramsOf(layer, part), ...(layer.to !== undefined && { to: layer.to }) };
      }),
    })),
  };
}
