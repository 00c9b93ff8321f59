/** For tests: the layer in the harness, its store beside it; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, type Call, type Engine, type Ms, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { EngineStory, LayerSpec } from '../../kernel/story.ts';
import { engine, engines, laws } from './engine.ts';
import { limiterStory, type LimiterParams } from './params.ts';
import { scenarios } from './scenarios.ts';
import type { LimiterState } from './state.ts';
import { story } from './story.ts';

export type Roles = Readonly<Record<string, { readonly engine: Engine; readonly story: EngineStory }>>;
export type ScenarioId = keyof typeof scenarios;
interface Change {
  readonly seed?: number;
  readonly params?: Readonly<Record<string, object>>;
}

/** Engines of other patterns in a scenario must be among the roles. */
export function planFor(roles: Roles, scenarioId: ScenarioId, variantId: string, change: Change = {}): Plan {
  const scenario = scenarios[scenarioId];
  const variants: typeof story.scenarios.duel.variants = scenario.variants;
  const variant = variants[variantId];
  if (variant === undefined) throw new Error(`no variant ${variantId}; there are ${Object.keys(variants).join(', ')}`);
  const known = (ref: string): { readonly engine: Engine; readonly story: EngineStory } => {
    const name = ref.replace('rate-limiting/', '');
    const role = roles[name];
    if (role !== undefined) return role;
    return { engine: (engines as Readonly<Record<string, Engine>>)[name]!, story: (story.engines as Readonly<Record<string, EngineStory>>)[name]! };
  };
  const paramsOf = (layer: LayerSpec): Record<string, unknown> => {
    const told = known(layer.engine).story;
    const given: Record<string, unknown> = { ...layer.params, ...variant.params?.[layer.id], ...change.params?.[layer.id] };
    const unknown = Object.keys(given).find((name) => !(name in told.params));
    if (unknown !== undefined) throw new Error(`${layer.id} has no parameter ${unknown}`);
    return { ...Object.fromEntries(Object.entries(told.params).map(([name, param]) => [name, param.initial])), ...given };
  };
  return {
    seed: change.seed ?? scenario.seed, durationMs: scenario.durationMs, measure: scenario.measure, links: scenario.links, faults: variant.faults ?? scenario.faults, interventions: [], laws,
    nodes: scenario.nodes.map(({ id, stack }) => ({
      id, layers: (variant.stacks?.[id] ?? stack).map((layer) => ({ id: layer.id, engine: known(layer.engine).engine, params: paramsOf(layer), ...(layer.to === undefined ? {} : { to: layer.to }) })),
    })),
  };
}

export const DEFAULTS = Object.fromEntries(Object.entries(limiterStory.params).map(([name, param]) => [name, param.initial])) as unknown as LimiterParams;
export const presetOf = (name: keyof typeof limiterStory.presets): LimiterParams => ({ ...DEFAULTS, ...(limiterStory.presets[name].params as Partial<LimiterParams>) });

export interface LimiterRig extends Rig<LimiterState> {
  /** Asks at these times; 1 let through at once, 0 turned away, w waits. */
  row(times: readonly Ms[], request?: object): string;
  count(note: keyof typeof limiterStory.notes): number;
  /** When calls went on. */
  starts(): Ms[];
}
/** Whatever goes on is answered at once, unless `below` says otherwise. */
export function limiterRig(params: Partial<LimiterParams> = {}, options: StackOptions & { readonly base?: LimiterParams } = {}): LimiterRig {
  const { base = DEFAULTS, ...rest } = options;
  const answered = (): { afterMs: Ms; outcome: Outcome } => ({ afterMs: 0, outcome: OK });
  const rig = drive(engine, { below: answered, ...rest, params: { ...base, ...params }, layer: 'limiter' }) as LimiterRig;
  rig.row = (times, request = {}) => times.map((atMs) => {
    const call: Call = rig.request(atMs, request);
    if (rig.wentOut(call)) return '1';
    return rig.outcomeOf(call) === undefined ? 'w' : '0';
  }).join('');
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  rig.starts = () => rig.decisions('forward').map(({ atMs }) => atMs);
  return rig;
}
/** So many requests, one every `stepMs`. */
export const every = (stepMs: Ms, count: number, fromMs: Ms = 0): Ms[] => Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
