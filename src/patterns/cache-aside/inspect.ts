/** What plates, charts and instruments show of the layer. Looks, and changes nothing. */
import type { Inspection, Json, Ms } from '../../kernel/contract.ts';
import { totalsAt } from '../../primitives/rollingWindow.ts';
import type { CacheAsideParams } from './params.ts';
import { AGES, type CacheAsideState, type LoadRow } from './state.ts';

const share = (part: number, whole: number): number | null => (whole > 0 ? Math.round((1000 * part) / whole) / 1000 : null);
const shown = (ms: Ms): number => Math.round(ms * 10) / 10;

export function inspect(state: CacheAsideState, params: CacheAsideParams, nowMs: Ms): Inspection {
  const { total: t } = state;
  const [hits = 0, others = 0] = totalsAt(state.lately, Math.max(nowMs, state.atMs));
  let crowd = 0;
  for (const { now } of state.crowds.values()) crowd = Math.max(crowd, now);
  return {
    mode: state.cacheDown ? (params.onCacheDown === 'bypass' ? 'no cache (reading the database)' : 'no cache (refusing)') : MODES[params.stampede],
    tone: state.cacheDown ? 'alert' : crowd >= 10 ? 'alert' : state.waiting > 0 ? 'warn' : state.reads.size > 0 ? 'active' : 'calm',
    meters: {
      hitRatio: share(t.hits, t.reads), hitRatioLately: share(hits, hits + others), costHitRatio: share(t.hitCost, t.readCost), loading: state.loading, waiting: state.waiting,
      loadsOfOneKey: crowd, mostLoadsOfOneKey: state.mostLoads, ...t,
    },
    views: {
      loads: state.rows.map((row) => rowView(row, nowMs)).reverse(),
      results: {
        reads: t.reads, hits: t.hits, ofThemStale: t.staleServed, ofThemAbsent: t.negativeHits + t.filtered, ofThemNear: t.nearHits, misses: t.misses, coalesced: t.coalesced,
        bypassed: t.bypassed, shed: t.shed, loads: t.loads, loadsFailed: t.loadsFailed, loadsRefused: t.loadsRefused, fillsRejected: t.fillsRejected, writes: t.writes, invalidationsLost: t.invalidationsLost,
      },
      ages: AGES.map((limit, i) => ({ copiesYoungerThan: limit === Infinity ? 'older' : limit < 1000 ? `${limit} ms` : `${limit / 1000} s`, reads: state.ages[i]! })),
    },
  };
}

const MODES: Readonly<Record<CacheAsideParams['stampede'], string>> = {
  none: 'plain (all may load)', singleFlight: 'single flight (one load)', lease: 'lease (one load of all)', xfetch: 'XFetch (early, by chance)',
  staleWhileRevalidate: 'stale (while revalidating)', refreshAhead: 'ahead (refreshing early)',
};

function rowView({ key, why, sinceMs, untilMs, readers, outcome }: LoadRow, nowMs: Ms): Json {
  return { key, why, sinceMs: shown(sinceMs), tookMs: shown((untilMs ?? nowMs) - sinceMs), readers: untilMs === null ? null : readers, outcome: untilMs === null ? 'under way' : outcome };
}
