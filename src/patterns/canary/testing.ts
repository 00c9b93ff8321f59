/** For tests: the layer in the harness; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, type Call, type Engine, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { EngineStory, LayerSpec, Scenario, Variant } from '../../kernel/story.ts';
import { engine, engines, laws } from './engine.ts';
import { canaryStory, type CanaryNote, type CanaryParams } from './params.ts';
import type { scenarios } from './scenarios.ts';
import type { CanaryState } from './state.ts';
import { story } from './story.ts';

export type Roles = Readonly<Record<string, { readonly engine: Engine; readonly story: EngineStory }>>;
export type ScenarioId = keyof typeof scenarios;
interface Change {
  readonly seed?: number;
  readonly durationMs?: number;
  readonly params?: Readonly<Record<string, object>>;
}

/** `others`: roles, and engines of other patterns by their name. */
export function planFor(others: Roles, scenarioId: ScenarioId, variantId: string, change: Change = {}): Plan {
  const scenario: Scenario = story.scenarios[scenarioId];
  const variant: Variant | undefined = scenario.variants[variantId];
  if (variant === undefined) throw new Error(`no variant ${variantId}; there are ${Object.keys(scenario.variants).join(', ')}`);
  const known = (ref: string): { readonly engine: Engine; readonly story: EngineStory } => {
    const other = others[ref];
    if (other !== undefined) return other;
    const name = ref.replace('canary/', '');
    return { engine: (engines as Readonly<Record<string, Engine>>)[name]!, story: (story.engines as Readonly<Record<string, EngineStory>>)[name]! };
  };
  const paramsOf = (layer: LayerSpec): Record<string, unknown> => {
    const told = known(layer.engine).story;
    const preset = (name: string | undefined): object => (name === undefined ? {} : told.presets![name]!.params);
    const given: Record<string, unknown> = { ...preset(layer.preset), ...layer.params, ...preset(variant.presets?.[layer.id]), ...variant.params?.[layer.id], ...change.params?.[layer.id] };
    const unknown = Object.keys(given).find((name) => !(name in told.params));
    if (unknown !== undefined) throw new Error(`${layer.id} has no parameter ${unknown}`);
    return { ...Object.fromEntries(Object.entries(told.params).map(([name, param]) => [name, param.initial])), ...given };
  };
  return {
    seed: change.seed ?? scenario.seed, durationMs: change.durationMs ?? scenario.durationMs, measure: scenario.measure, links: scenario.links,
    faults: variant.faults ?? scenario.faults, interventions: scenario.interventions ?? [], laws,
    nodes: scenario.nodes.map(({ id, stack }) => ({
      id,
      layers: (variant.stacks?.[id] ?? stack).map((layer) => ({ id: layer.id, engine: known(layer.engine).engine, params: paramsOf(layer), ...(layer.to === undefined ? {} : { to: layer.to }) })),
    })),
  };
}

export const DEFAULTS = Object.fromEntries(Object.entries(canaryStory.params).map(([name, param]) => [name, param.initial])) as unknown as CanaryParams;
export const presetOf = (name: keyof typeof canaryStory.presets): CanaryParams => ({ ...DEFAULTS, ...canaryStory.presets[name].params }) as CanaryParams;

export interface CanaryRig extends Rig<CanaryState> {
  /** Requests one after the other, `gapMs` apart, each of another user; how they end is said by the node they go to. */
  flow(fromMs: number, untilMs: number, gapMs?: number): void;
  count(note: CanaryNote): number;
}
/** Old and new release answer after 10 ms; `bad` says which of the new one's requests fail: every so manieth. */
export function canaryRig(params: Partial<CanaryParams> = {}, { bad = 0, oldBad = 0, ...options }: StackOptions & { readonly bad?: number; readonly oldBad?: number } = {}): CanaryRig {
  let fresh = 0, old = 0;
  const failing: Outcome = { kind: 'transientError' };
  const rig = drive(engine, {
    setup: { downstream: ['stable', 'canary'] },
    below: (call: Call) => ({ afterMs: 10, outcome: (call.to === 'canary' ? bad > 0 && ++fresh % bad === 0 : oldBad > 0 && ++old % oldBad === 0) ? failing : OK }),
    ...options, params: { ...DEFAULTS, ...params }, layer: 'rollout',
  }) as unknown as CanaryRig;
  let user = 0;
  rig.flow = (fromMs, untilMs, gapMs = 5) => {
    for (let atMs = fromMs; atMs < untilMs; atMs += gapMs) rig.request(atMs, { op: 'order', entity: `u${user++ % 1000}` });
    rig.advance(untilMs);
  };
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  return rig;
}
