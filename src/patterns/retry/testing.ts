/** For tests: the layer in the harness; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, TIMEOUT, type Call, type Engine, type Ms, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { EngineStory, LayerSpec } from '../../kernel/story.ts';
import { engine, engines, laws } from './engine.ts';
import { retryStory, type RetryParams } from './params.ts';
import { scenarios } from './scenarios.ts';
import type { RetryState } from './state.ts';
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
  const scenario = scenarios[scenarioId];
  const variants: typeof story.scenarios.herd.variants = scenario.variants;
  const variant = variants[variantId];
  if (variant === undefined) throw new Error(`no variant ${variantId}; there are ${Object.keys(variants).join(', ')}`);
  const known = (ref: string): { readonly engine: Engine; readonly story: EngineStory } => {
    const name = ref.replace('retry/', '');
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
    faults: change.faults ?? variant.faults ?? scenario.faults, interventions: 'interventions' in scenario ? (scenario.interventions ?? []) : [], laws,
    nodes: scenario.nodes.map(({ id, stack }) => ({
      id,
      layers: (variant.stacks?.[id] ?? stack).map((layer) => ({ id: layer.id, engine: known(layer.engine).engine, params: paramsOf(layer), ...(layer.to === undefined ? {} : { to: layer.to }) })),
    })),
  };
}

export const DEFAULTS = Object.fromEntries(Object.entries(retryStory.params).map(([name, param]) => [name, param.initial])) as unknown as RetryParams;
export const presetOf = (name: keyof typeof retryStory.presets): RetryParams => ({ ...DEFAULTS, ...retryStory.presets[name].params });

export const LETTERS: Readonly<Record<string, Outcome>> = {
  o: OK, f: { kind: 'transientError' }, t: TIMEOUT, v: { kind: 'overload' }, p: { kind: 'permanentError' }, r: { kind: 'rejected', by: 'breaker' }, q: { kind: 'throttled', retryAfterMs: 300 },
};
export interface RetryRig extends Rig<RetryState> {
  /** Ids of the attempts of a call so far, in order. */
  attemptsOf(call: Call): number[];
  /** A call whose attempts are answered, each `tookMs` after it was sent, as the letters say; gives the waits between the attempts. */
  play(atMs: Ms, letters: string, request?: object, tookMs?: Ms): { readonly call: Call; readonly waitsMs: readonly Ms[]; readonly outcome: Outcome | undefined };
  count(note: keyof typeof retryStory.notes): number;
}
/** Draws default to one half: full jitter then waits half its bound. Without a budget unless one is asked for. */
export function retryRig(params: Partial<RetryParams> = {}, options: StackOptions & { readonly base?: RetryParams } = {}): RetryRig {
  const { base = { ...DEFAULTS, budget: 'none' }, ...rest } = options;
  const rig = drive(engine, { ...rest, params: { ...base, ...params }, layer: 'retry' }) as RetryRig;
  rig.attemptsOf = (call) => rig.state.rows.flatMap((row) => (row.call === call.id ? [row.id] : []));
  rig.play = (atMs, letters, request = {}, tookMs = 10) => {
    const call = rig.request(atMs, request);
    const waitsMs: Ms[] = [];
    for (const [i, letter] of [...letters].entries()) {
      const id = rig.attemptsOf(call)[i];
      if (id === undefined) break;
      const sentMs = rig.nowMs;
      rig.answer(sentMs + tookMs, id, LETTERS[letter]!);
      const due = rig.timers().find(({ key }) => key === call.id);
      if (due === undefined) {
        if (rig.outcomeOf(call) === undefined) waitsMs.push(0);
        continue;
      }
      waitsMs.push(due.dueMs - rig.nowMs);
      rig.advance(due.dueMs);
    }
    return { call, waitsMs, outcome: rig.outcomeOf(call) };
  };
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  return rig;
}
