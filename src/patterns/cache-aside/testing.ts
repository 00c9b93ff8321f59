/** For tests: the layer in the harness, with a cache and a database that answer as told. */
import { OK, type Call, type Json, type Ms, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { scenarioPlan, type Change, type Parts } from '../../kernel/harnessScenario.ts';
import { engine, engines, laws } from './engine.ts';
import { cacheAsideStory, type CacheAsideParams } from './params.ts';
import { scenarios } from './scenarios.ts';
import type { CacheAsideState } from './state.ts';

export const DEFAULTS = initialParams(cacheAsideStory.params) as unknown as CacheAsideParams;
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
export type ScenarioId = keyof typeof scenarios;
export const planFor = (others: Parts, scenarioId: ScenarioId, variantId: string, change?: Change): Plan =>
  scenarioPlan({ id: 'cache-aside', engines, stories: { 'cache-aside': cacheAsideStory }, laws }, others, scenarios[scenarioId], variantId, change);
