/** For tests: the layer in the harness, with a cache and a database that answer as told. */
import { OK, type Call, type Engine, type Json, type Ms, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { EngineStory, LayerSpec, Scenario } from '../../kernel/story.ts';
import { engine, laws } from './engine.ts';
import { cacheAsideStory, type CacheAsideParams } from './params.ts';
import { scenarios } from './scenarios.ts';
import type { CacheAsideState } from './state.ts';

export const DEFAULTS = Object.fromEntries(Object.entries(cacheAsideStory.params).map(([name, param]) => [name, param.initial])) as unknown as CacheAsideParams;
export const presetOf = (name: keyof typeof cacheAsideStory.presets): CacheAsideParams => ({ ...DEFAULTS, ...cacheAsideStory.presets[name].params });

/** What the cache node says to a fetch. */
export const found = (more: object = {}): Outcome => ({ kind: 'ok', value: { found: 'hit', token: 0, value: 'v1', version: 1, negative: false, loadMs: 100, ageMs: 10, leftMs: 1000, ...more } });
export const stale = (more: object = {}): Outcome => found({ found: 'stale', leftMs: -5, ...more });
export const missing = (token = 0): Outcome => ({ kind: 'ok', value: { found: 'miss', token } });
export const record = (value: Json = 'v1', version = 1): Outcome => ({ kind: 'ok', value: { value, version } });

export interface CacheRig extends Rig<CacheAsideState> {
  /** Calls that went out, oldest first. */
  out(op?: string): { id: number; op: string; to: string; atMs: Ms }[];
  last(op: string): number;
  read(atMs: Ms, key?: string, more?: object): Call;
  write(atMs: Ms, key?: string, more?: object): Call;
  /** The database answers the newest write. */
  commit(atMs: Ms, outcome?: Outcome): void;
}
export function cacheRig(params: Partial<CacheAsideParams> = {}, options: StackOptions & { readonly base?: CacheAsideParams } = {}): CacheRig {
  const { base = DEFAULTS, ...rest } = options;
  const rig = drive(engine, { setup: { downstream: ['database', 'cache'] }, ...rest, params: { ...base, ...params }, layer: 'cache-aside' }) as CacheRig;
  rig.out = (op) => rig.decisions('send').filter((each) => op === undefined || each.op === op).map(({ call, op: name, to, atMs }) => ({ id: call, op: name, to, atMs }));
  rig.last = (op) => rig.out(op).at(-1)!.id;
  rig.read = (atMs, key = 'k', more = {}) => rig.request(atMs, { op: 'get', entity: key, ...more });
  rig.write = (atMs, key = 'k', more = {}) => rig.request(atMs, { op: 'put', entity: key, payload: { value: 'v2' }, ...more });
  rig.commit = (atMs, outcome = { kind: 'ok', value: { version: 2 } }) => {
    rig.advance(atMs);
    rig.answer(atMs, rig.last('put'), outcome);
  };
  return rig;
}
export const DONE: Outcome = OK;

// ── scenarios as plans, without documents and without the catalogue (tests bring the roles along) ──
export type Roles = Readonly<Record<string, { readonly engine: Engine; readonly story: EngineStory }>>;
export type ScenarioId = keyof typeof scenarios;
export function planFor(roles: Roles, scenarioId: ScenarioId, variantId: string, change: { readonly seed?: number; readonly durationMs?: Ms; readonly params?: Readonly<Record<string, object>> } = {}): Plan {
  const scenario: Scenario = scenarios[scenarioId];
  const variant = scenario.variants[variantId];
  if (variant === undefined) throw new Error(`no variant ${variantId}; there are ${Object.keys(scenario.variants).join(', ')}`);
  const known = (name: string): Roles[string] => roles[name] ?? { engine, story: cacheAsideStory as EngineStory };
  const paramsOf = (layer: LayerSpec): Record<string, unknown> => {
    const told = known(layer.engine).story;
    const preset = (name: string | undefined): object => (name === undefined ? {} : told.presets![name]!.params);
    const given = { ...preset(layer.preset), ...layer.params, ...preset(variant.presets?.[layer.id]), ...variant.params?.[layer.id], ...change.params?.[layer.id] };
    const unknown = Object.keys(given).find((each) => !(each in told.params));
    if (unknown !== undefined) throw new Error(`${layer.id} has no parameter ${unknown}`);
    return { ...Object.fromEntries(Object.entries(told.params).map(([each, param]) => [each, param.initial])), ...given };
  };
  return {
    seed: change.seed ?? scenario.seed, durationMs: change.durationMs ?? scenario.durationMs, measure: scenario.measure, links: scenario.links,
    faults: variant.faults ?? scenario.faults, interventions: scenario.interventions ?? [], laws,
    nodes: scenario.nodes.map(({ id, stack }) => ({
      id, layers: (variant.stacks?.[id] ?? stack).map((layer) => ({ id: layer.id, engine: known(layer.engine).engine, params: paramsOf(layer) })),
    })),
  };
}
