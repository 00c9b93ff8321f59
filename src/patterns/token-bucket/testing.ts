/** For tests: the layer in the harness; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, type Call, type Engine, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { EngineStory, LayerSpec, Scenario, Variant } from '../../kernel/story.ts';
import { engine, engines, laws } from './engine.ts';
import { limitStory, type LimitNote, type LimitParams } from './params.ts';
import type { scenarios } from './scenarios.ts';
import type { LimitState } from './state.ts';
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
    const name = ref.replace('token-bucket/', '');
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

export const DEFAULTS = Object.fromEntries(Object.entries(limitStory.params).map(([name, param]) => [name, param.initial])) as unknown as LimitParams;
export const presetOf = (name: keyof typeof limitStory.presets): LimitParams => ({ ...DEFAULTS, ...limitStory.presets[name].params }) as LimitParams;

export interface LimitRig extends Rig<LimitState> {
  /** A request of a client; whether it was let through at once. */
  ask(atMs: number, client?: string, op?: string, more?: object): boolean;
  /** The newest request of `ask`. */
  readonly call: Call;
  /** What the newest request was answered. */
  outcome(): Outcome | undefined;
  count(note: LimitNote): number;
}
/** Draws are 0 unless told otherwise: Retry-After is then exact. */
export function limitRig(params: Partial<LimitParams> = {}, options: StackOptions & { readonly base?: LimitParams } = {}): LimitRig {
  const { base = DEFAULTS, ...rest } = options;
  const rig = drive(engine, {
    setup: { downstream: ['shop', 'store'] }, uniform: () => 0, below: (call) => (call.to === 'store' ? undefined : { afterMs: 1, outcome: OK }), ...rest, params: { ...base, ...params }, layer: 'limit',
  }) as unknown as LimitRig & { call: Call };
  rig.ask = (atMs, client = 'A', op = 'call', more = {}) => {
    rig.call = rig.request(atMs, { op, payload: { client }, ...more });
    return rig.wentOut(rig.call);
  };
  rig.outcome = () => rig.outcomeOf(rig.call);
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  return rig;
}
