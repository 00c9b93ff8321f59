/** For tests: the layer in the harness; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, TIMEOUT, type Call, type Engine, type Ms, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { EngineStory, LayerSpec, Scenario } from '../../kernel/story.ts';
import { engine, engines, laws } from './engine.ts';
import { timeoutStory, type TimeoutNote, type TimeoutParams } from './params.ts';
import { scenarios } from './scenarios.ts';
import type { TimeoutState } from './state.ts';
import { story } from './story.ts';

export type Roles = Readonly<Record<string, { readonly engine: Engine; readonly story: EngineStory }>>;
export type ScenarioId = keyof typeof scenarios;
interface Change {
  readonly seed?: number;
  readonly durationMs?: number;
  readonly measure?: Plan['measure'];
  readonly faults?: Plan['faults'];
  readonly params?: Readonly<Record<string, object>>;
}

export function planFor(roles: Roles, scenarioId: ScenarioId, variantId: string, change: Change = {}): Plan {
  const scenario: Scenario = scenarios[scenarioId];
  const variant = scenario.variants[variantId];
  if (variant === undefined) throw new Error(`no variant ${variantId}; there are ${Object.keys(scenario.variants).join(', ')}`);
  const known = (ref: string): { readonly engine: Engine; readonly story: EngineStory } => {
    const name = ref.replace('timeout/', '');
    const role = roles[name];
    if (role !== undefined) return role;
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
    seed: change.seed ?? scenario.seed, durationMs: change.durationMs ?? scenario.durationMs, measure: change.measure ?? scenario.measure, links: scenario.links,
    faults: change.faults ?? variant.faults ?? scenario.faults, interventions: scenario.interventions ?? [], laws,
    nodes: scenario.nodes.map(({ id, stack }) => ({
      id,
      layers: (variant.stacks?.[id] ?? stack).map((layer) => ({ id: layer.id, engine: known(layer.engine).engine, params: paramsOf(layer), ...(layer.to === undefined ? {} : { to: layer.to }) })),
    })),
  };
}

export const DEFAULTS = Object.fromEntries(Object.entries(timeoutStory.params).map(([name, param]) => [name, param.initial])) as unknown as TimeoutParams;
export const presetOf = (name: keyof typeof timeoutStory.presets): TimeoutParams => ({ ...DEFAULTS, ...timeoutStory.presets[name].params }) as TimeoutParams;

export const LETTERS: Readonly<Record<string, Outcome>> = {
  o: OK, f: { kind: 'transientError' }, t: TIMEOUT, v: { kind: 'overload' }, p: { kind: 'permanentError' }, r: { kind: 'rejected', by: 'breaker' }, q: { kind: 'throttled', retryAfterMs: 300 }, s: { kind: 'throttled', retryAfterMs: -1 },
};
export interface TimeoutRig extends Rig<TimeoutState> {
  /** Ids of the attempts of a call that are out, in order; of orphans too. */
  attemptsOf(call: Call): number[];
  count(note: TimeoutNote): number;
  sends(): readonly { readonly atMs: Ms; readonly call: number; readonly op: string; readonly to: string; readonly attempt: number }[];
}
/** Cancels take no time unless asked for, so that scripts are short. */
export function timeoutRig(params: Partial<TimeoutParams> = {}, options: StackOptions & { readonly base?: TimeoutParams } = {}): TimeoutRig {
  const { base = { ...DEFAULTS, cancelMs: { kind: 'constant', ms: 0 } as const }, ...rest } = options;
  const rig = drive(engine, { ...rest, params: { ...base, ...params }, layer: 'timeout' }) as TimeoutRig;
  rig.attemptsOf = (call) => [...rig.state.attempts.values(), ...[...rig.state.orphans.values()].map(({ attempt }) => attempt)]
    .filter(({ ticket }) => ticket.call.id === call.id).map((attempt) => attempt.call.id).sort((a, b) => a - b);
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  rig.sends = () => rig.decisions('send') as ReturnType<TimeoutRig['sends']>;
  return rig;
}
