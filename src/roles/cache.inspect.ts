/** What plates, charts and instruments show of the cache. Looks, and changes nothing. */
import type { Inspection, Json, Ms } from '../kernel/contract.ts';
import { bestHitRatio, lruHitRatio, zipfBins } from '../primitives/cheApproximation.ts';
import { totalsAt } from '../primitives/rollingWindow.ts';
import { SHOWN, inspectStation } from '../primitives/station.ts';
import type { CacheEntry, CacheState } from './cache.ts';
import type { CacheParams } from './cache.params.ts';

const ROWS = 60;
const POINTS = 24;
const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const round4 = (value: number): number => Math.round(value * 10_000) / 10_000;

export function inspectCache(state: CacheState, params: CacheParams, nowMs: Ms): Inspection {
  const inspection = inspectStation(state.station, nowMs);
  const { hits, staleHits, misses, evictions, expirations, refusedFills, store, leases } = state;
  const entries: Json[] = [];
  for (const [key, { value, storedMs, untilMs }] of store.entries) {
    if (entries.length >= SHOWN) break;
    entries.push({ key, value, storedMs, untilMs: untilMs === Infinity ? null : untilMs });
  }
  const curve = hitCurve(state, params, nowMs);
  const asked = hits + staleHits + misses;
  return {
    ...inspection,
    meters: {
      ...inspection.meters, entries: store.entries.size, capacity: params.capacity, hits, staleHits, misses, evictions, expirations, refusedFills, leases: leases.live.size,
      hitRatio: share(hits, asked), weightHitRatio: share(state.hitWeight, state.hitWeight + state.filledWeight),
    },
    views: {
      ...inspection.views, entries,
      table: { rows: rowsOf(state, nowMs), size: store.entries.size, capacity: params.capacity, hits, misses: misses + staleHits, more: Math.max(0, store.entries.size - ROWS) },
      ...(curve !== null && { hitCurve: curve }),
    },
  };
}

/** The newest in the store's order first, those being loaded before them. */
function rowsOf({ store, leases, uses }: CacheState, nowMs: Ms): Json[] {
  const rows: Json[] = [];
  for (const [key, { token, untilMs }] of leases.live) {
    if (rows.length >= ROWS / 3) break;
    if (!store.entries.has(key)) rows.push({ key, version: token, storedMs: nowMs, untilMs, state: 'loading', hits: 0 });
  }
  const keys = [...store.entries.keys()];
  for (let i = keys.length - 1; i >= 0 && rows.length < ROWS; i--) {
    const key = keys[i]!;
    const entry = store.entries.get(key)!;
    const { version, storedMs, untilMs, graceUntilMs } = entry;
    rows.push({
      key, version, storedMs, untilMs: untilMs === Infinity ? null : untilMs, ...(graceUntilMs > untilMs && { graceUntilMs }),
      state: leases.live.has(key) ? 'loading' : stateOf(entry, nowMs), hits: uses.get(key) ?? 0,
    });
  }
  return rows;
}
function stateOf(entry: CacheEntry, nowMs: Ms): string {
  if (entry.void) return 'void';
  return nowMs >= entry.untilMs ? 'stale' : entry.negative ? 'negative' : 'fresh';
}

/** What an LRU cache of each size would find under the popularity that the parameters describe, and what was found lately. */
function hitCurve(state: CacheState, { curveKeys, curveSkew, capacity }: CacheParams, nowMs: Ms): Json | null {
  if (curveKeys === 0) return null;
  const bins = zipfBins(curveKeys, curveSkew);
  const points: Json[] = [];
  const widest = Math.max(2, Math.min(curveKeys, Math.max(10 * capacity, curveKeys / 2)));
  let size = Math.max(1, Math.floor(widest / 200));
  // Sizes grow evenly in steps that a person would choose, and the curve is flat at the right.
  for (let i = 0; i < POINTS && size <= widest; i++) {
    points.push({ x: size, y: round4(lruHitRatio(bins, size)) });
    size = Math.max(size + 1, Math.ceil(size * 1.28));
  }
  const [hits = 0, misses = 0] = totalsAt(state.lately, Math.max(nowMs, 0));
  return {
    xLabel: 'entries', points, at: { x: capacity, y: hits + misses === 0 ? null : round4(hits / (hits + misses)) },
    marks: [{ x: capacity, y: round4(bestHitRatio(bins, capacity)), label: 'the most popular kept' }],
  };
}
