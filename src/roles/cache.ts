/** A cache with times to live and eviction of the least recently used (operations in `cache.params.ts`). A crash empties it. */
import { OK } from '../kernel/contract.ts';
import type { Call, Context, Engine, Json, Ms, Outcome } from '../kernel/contract.ts';
import { SHOWN, STATION_RULES, createStation, inspectStation } from '../primitives/station.ts';
import type { Station } from '../primitives/station.ts';
import type { CacheNote, CacheParams } from './cache.params.ts';
import { oneStep, refusal } from './oneStep.ts';
import { numberField, valueOf } from './payload.ts';

export interface CacheEntry {
  value: Json;
  storedMs: Ms;
  /** Good until then, exclusive. */
  untilMs: Ms;
}
export interface CacheState {
  station: Station;
  /** Least recently used first: a Map keeps the order in which keys were put in. */
  entries: Map<string, CacheEntry>;
  hits: number;
  misses: number;
  evictions: number;
}
type Ctx = Context<CacheParams, CacheNote>;

const MISS: Outcome = Object.freeze({ kind: 'ok', value: null });

function apply(state: CacheState, call: Call, ctx: Ctx): Outcome {
  if (call.op === 'get') return get(state, call.entity, ctx);
  if (call.op === 'set') return set(state, call, ctx);
  return { kind: 'ok', value: state.entries.delete(call.entity) };
}

function get(state: CacheState, key: string, ctx: Ctx): Outcome {
  const entry = state.entries.get(key);
  if (entry !== undefined) state.entries.delete(key);
  if (entry === undefined || ctx.nowMs >= entry.untilMs) {
    state.misses++;
    ctx.note('miss', { key });
    return MISS;
  }
  state.entries.set(key, entry);
  state.hits++;
  ctx.note('hit', { key });
  return { kind: 'ok', value: entry.value };
}

function set(state: CacheState, { entity: key, payload }: Call, ctx: Ctx): Outcome {
  const value = valueOf(payload);
  if (value === null) return refusal('null can not be told from a miss');
  const ttlMs = numberField(payload, 'ttlMs') ?? ctx.params.ttlMs;
  state.entries.delete(key);
  state.entries.set(key, { value, storedMs: ctx.nowMs, untilMs: ttlMs > 0 ? ctx.nowMs + ttlMs : Infinity });
  shrink(state, ctx);
  return OK;
}

function shrink(state: CacheState, ctx: Ctx): void {
  for (const key of state.entries.keys()) {
    if (state.entries.size <= ctx.params.capacity) return;
    state.entries.delete(key);
    state.evictions++;
    ctx.note('evicted', { key });
  }
}

const steps = oneStep<CacheParams, CacheState, CacheNote>({ ops: ['get', 'set', 'delete'], workOf: (_call, { answerTime }) => answerTime, apply });

export const cache: Engine<CacheParams, CacheState, CacheNote> = {
  ...steps,
  init: (params) => ({ station: createStation(params), entries: new Map(), hits: 0, misses: 0, evictions: 0 }),
  onParams(state, before, ctx) {
    steps.onParams(state, before, ctx);
    shrink(state, ctx);
  },
  onControl(state, control, ctx) {
    if (control !== 'clear') return;
    ctx.note('cleared', { entries: state.entries.size });
    state.entries.clear();
  },
  inspect(state, { capacity }, nowMs) {
    const inspection = inspectStation(state.station, nowMs);
    const { hits, misses, evictions } = state;
    const entries: Json[] = [];
    for (const [key, { value, storedMs, untilMs }] of state.entries) {
      if (entries.length >= SHOWN) break;
      entries.push({ key, value, storedMs, untilMs: untilMs === Infinity ? null : untilMs });
    }
    return {
      ...inspection,
      meters: { ...inspection.meters, entries: state.entries.size, capacity, hits, misses, evictions, hitRatio: hits + misses === 0 ? null : hits / (hits + misses) },
      views: { ...inspection.views, entries },
    };
  },
  invariants: [
    ...STATION_RULES,
    { name: 'no more entries than room', why: 'The cache holds more entries than its capacity.', holds: ({ entries }, { capacity }) => entries.size <= capacity },
  ],
};
