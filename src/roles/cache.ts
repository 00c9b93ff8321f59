/**
 * A cache server with times to live, grace, eviction, leases and versions (operations in `cache.params.ts`). A crash empties it.
 * Operations are applied at the one instant when their work ends.
 */
import { OK } from '../kernel/contract.ts';
import type { Call, Context, Engine, Json, Ms, Outcome } from '../kernel/contract.ts';
import { EVICTING_RULES, createEvicting, peek, put, resizeTo, take, touch, withPolicy } from '../primitives/evictingStore.ts';
import type { EvictingStore } from '../primitives/evictingStore.ts';
import { addToWindow, createTimeWindow, totalsAt } from '../primitives/rollingWindow.ts';
import type { TimeWindow } from '../primitives/rollingWindow.ts';
import { STATION_GAUGES, STATION_RULES, createStation } from '../primitives/station.ts';
import type { Station } from '../primitives/station.ts';
import { createLeases, grantLease, redeemLease, voidLease } from '../primitives/voidableLeases.ts';
import type { Leases } from '../primitives/voidableLeases.ts';
import { inspectCache } from './cache.inspect.ts';
import type { CacheNote, CacheParams } from './cache.params.ts';
import { oneStep, refusal } from './oneStep.ts';
import { field, numberField, valueOf } from './payload.ts';

/** Replaced, never changed. */
export interface CacheEntry {
  readonly value: Json;
  /** Of the record in the database that it was made from; 0 unknown. */
  readonly version: number;
  readonly storedMs: Ms;
  /** Good until then, exclusive. */
  readonly untilMs: Ms;
  /** After that it may still be handed out as stale until then, exclusive. */
  readonly graceUntilMs: Ms;
  /** A write has made it stale before its time. */
  readonly void: boolean;
  /** Says that the database has no such record. */
  readonly negative: boolean;
  /** How long it took to load, ms; 0 unknown. */
  readonly loadMs: Ms;
  readonly weight: number;
}
export interface CacheState {
  station: Station;
  store: EvictingStore<CacheEntry>;
  leases: Leases;
  /** Key → times found, while it is in. */
  readonly uses: Map<string, number>;
  hits: number;
  staleHits: number;
  misses: number;
  evictions: number;
  expirations: number;
  refusedFills: number;
  /** Weight of what was found, and of what was filled in. */
  hitWeight: number;
  filledWeight: number;
  /** Hits and lookups of the last seconds. */
  readonly lately: TimeWindow;
  /** How far beyond its end anything was ever handed out: must stay 0. */
  overdueMs: Ms;
}
type Ctx = Context<CacheParams, CacheNote>;

const MISS: Outcome = Object.freeze({ kind: 'ok', value: null });
const HIT_RATIO = STATION_GAUGES.length;

function apply(state: CacheState, call: Call, ctx: Ctx): Outcome {
  switch (call.op) {
    case 'get': return get(state, call.entity, ctx);
    case 'fetch': return fetch(state, call, ctx);
    case 'set': return set(state, call, ctx);
    default: return remove(state, call, ctx);
  }
}

function countLookup(state: CacheState, key: string, good: boolean, ctx: Ctx): void {
  if (good) state.uses.set(key, (state.uses.get(key) ?? 0) + 1);
  addToWindow(state.lately, ctx.nowMs, good ? 0 : 1);
  const [hits = 0, misses = 0] = totalsAt(state.lately, ctx.nowMs);
  ctx.gauge(HIT_RATIO, hits / (hits + misses));
}
function missed(state: CacheState, key: string, ctx: Ctx): void {
  state.misses++;
  countLookup(state, key, false, ctx);
  ctx.note('miss', { key });
}
/** An entry whose end is past, grace included, is as good as gone. */
function lookUp(state: CacheState, key: string, ctx: Ctx): CacheEntry | undefined {
  const entry = touch(state.store, key);
  if (entry === undefined || ctx.nowMs < entry.graceUntilMs) return entry;
  forget(state, key);
  state.expirations++;
  ctx.note('evicted', { key, reason: 'its time is over' });
  return undefined;
}
function forget(state: CacheState, key: string): boolean {
  state.uses.delete(key);
  return take(state.store, key);
}
function found(state: CacheState, key: string, entry: CacheEntry, ctx: Ctx): void {
  state.hits++;
  state.hitWeight += entry.weight;
  countLookup(state, key, true, ctx);
  ctx.note('hit', { key });
}

function get(state: CacheState, key: string, ctx: Ctx): Outcome {
  const entry = lookUp(state, key, ctx);
  if (entry === undefined || entry.void || ctx.nowMs >= entry.untilMs) {
    missed(state, key, ctx);
    return MISS;
  }
  found(state, key, entry, ctx);
  return { kind: 'ok', value: entry.value };
}

function fetch(state: CacheState, { entity: key, payload }: Call, ctx: Ctx): Outcome {
  const entry = lookUp(state, key, ctx);
  const { nowMs } = ctx;
  const good = entry !== undefined && !entry.void && nowMs < entry.untilMs;
  if (good) found(state, key, entry, ctx);
  else if (entry === undefined) missed(state, key, ctx);
  else {
    state.staleHits++;
    countLookup(state, key, false, ctx);
    ctx.note('staleHit', { key });
  }
  if (entry !== undefined && nowMs >= entry.graceUntilMs) state.overdueMs = Math.max(state.overdueMs, nowMs - entry.graceUntilMs + 1e-6);
  const leaseMs = numberField(payload, 'leaseMs') ?? 0;
  let token = 0;
  if (!good && leaseMs > 0) {
    token = grantLease(state.leases, key, nowMs, leaseMs);
    ctx.note(token > 0 ? 'leaseGranted' : 'leaseDenied', { key, token });
  }
  const what = {
    found: good ? 'hit' : entry === undefined ? 'miss' : 'stale', token,
    ...(entry !== undefined && {
      value: entry.value, version: entry.version, negative: entry.negative, loadMs: entry.loadMs, ageMs: nowMs - entry.storedMs,
      leftMs: entry.untilMs === Infinity ? null : entry.untilMs - nowMs,
    }),
  };
  return { kind: 'ok', value: what };
}

function set(state: CacheState, { entity: key, payload }: Call, ctx: Ctx): Outcome {
  const value = valueOf(payload);
  const negative = field(payload, 'negative') === true;
  if (value === null && !negative) return refusal('null can not be told from a miss');
  const version = numberField(payload, 'version') ?? 0;
  const token = numberField(payload, 'token');
  const conditional = token !== undefined || field(payload, 'ifNewer') === true;
  const why = token !== undefined && !redeemLease(state.leases, key, token) ? 'its token is void'
    : field(payload, 'ifNewer') === true && (peek(state.store, key)?.version ?? 0) > version ? 'a newer version is in' : '';
  if (why !== '') {
    state.refusedFills++;
    ctx.note('fillRejected', { key, version, why });
    return { kind: 'ok', value: false };
  }
  const ttlMs = numberField(payload, 'ttlMs') ?? ctx.params.ttlMs;
  const untilMs = ttlMs > 0 ? ctx.nowMs + ttlMs : Infinity;
  const weight = numberField(payload, 'weight') ?? 1;
  state.filledWeight += weight;
  settle(state, put(state.store, key, Object.freeze({
    value, version, storedMs: ctx.nowMs, untilMs, graceUntilMs: untilMs + (numberField(payload, 'graceMs') ?? 0), void: false, negative,
    loadMs: numberField(payload, 'loadMs') ?? 0, weight,
  })), ctx);
  return conditional ? { kind: 'ok', value: true } : OK;
}

function remove(state: CacheState, { entity: key, payload }: Call, ctx: Ctx): Outcome {
  if (field(payload, 'keepLease') !== true) voidLease(state.leases, key);
  const keepMs = numberField(payload, 'keepMs') ?? 0;
  const entry = peek(state.store, key);
  if (entry !== undefined && keepMs > 0) {
    settle(state, put(state.store, key, Object.freeze({ ...entry, void: true, graceUntilMs: ctx.nowMs + keepMs })), ctx);
    return { kind: 'ok', value: true };
  }
  return { kind: 'ok', value: forget(state, key) };
}

/** Some keys made room. */
function settle(state: CacheState, gone: readonly string[], ctx: Ctx): void {
  for (const key of gone) {
    state.uses.delete(key);
    state.evictions++;
    ctx.note('evicted', { key, reason: 'its room is needed' });
  }
}

const steps = oneStep<CacheParams, CacheState, CacheNote>({ ops: ['get', 'fetch', 'set', 'delete'], workOf: (_call, { answerTime }) => answerTime, apply });

const fresh = (params: CacheParams, lastToken: number): CacheState => ({
  station: createStation(params), store: createEvicting(params.eviction, params.capacity), leases: createLeases(lastToken), uses: new Map(),
  hits: 0, staleHits: 0, misses: 0, evictions: 0, expirations: 0, refusedFills: 0, hitWeight: 0, filledWeight: 0,
  lately: createTimeWindow({ bucketMs: 500, buckets: 10, rotation: 'aligned' }, 2), overdueMs: 0,
});

export const cache: Engine<CacheParams, CacheState, CacheNote> = {
  ...steps,
  gauges: [...STATION_GAUGES, 'hitRatio'],
  init: (params) => fresh(params, 0),
  // Tokens come from a counter that is never set back, so that one from before the crash is not taken for a new one.
  onRestart: (state, params) => fresh(params, state.leases.lastToken),
  onParams(state, before, ctx) {
    steps.onParams(state, before, ctx);
    if (before.eviction !== ctx.params.eviction) state.store = withPolicy(state.store, ctx.params.eviction);
    settle(state, resizeTo(state.store, ctx.params.capacity), ctx);
  },
  onControl(state, control, ctx) {
    if (control !== 'clear') return;
    ctx.note('cleared', { entries: state.store.entries.size });
    state.store = createEvicting(ctx.params.eviction, ctx.params.capacity);
    state.uses.clear();
    state.leases.live.clear();
  },
  inspect: inspectCache,
  invariants: [
    ...STATION_RULES,
    ...EVICTING_RULES.map(({ name, why, holds }) => ({ name, why, holds: ({ store }: CacheState) => holds(store) })),
    { name: 'nothing is handed out past its end', why: 'A value was given out after its time to live and its grace.', holds: ({ overdueMs }) => overdueMs === 0 },
  ],
};
