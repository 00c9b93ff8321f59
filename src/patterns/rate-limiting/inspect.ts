/** What plates, charts and instruments show of the layer. Looks, and changes nothing. */
import type { Inspection, Json, MachineView, Ms } from '../../kernel/contract.ts';
import { warmUpRate } from '../../primitives/rateLimits/warmUp.ts';
import { ownTerms } from './keys.ts';
import { isWindowed, peek, type Terms } from './limits.ts';
import { CALM_MS } from './modes.ts';
import type { LimiterParams } from './params.ts';
import { SHOWN_KEYS, type KeyEntry, type LimiterState } from './state.ts';

const round = (value: number): number => Math.round(value * 100) / 100;
const WORDS = { passing: 'passing', limiting: 'limiting', withoutStore: 'without its store' } as const;
const DROPS = 40;

export function inspect(state: LimiterState, params: LimiterParams, clockMs: Ms): Inspection {
  // Between two steps the clock may have been put back.
  const nowMs = Math.max(clockMs + state.skippedMs, state.rawMs + state.skippedMs);
  const terms = ownTerms(params);
  const entries = [...state.keys.values()];
  const shown = entries.filter(({ dots }) => dots !== null).sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, SHOWN_KEYS);
  const rows = shown.map((entry) => ({ entry, ...left(entry, terms, params, nowMs) }));
  const loudest = rows.reduce<(typeof rows)[number] | undefined>((most, row) => (most === undefined || row.entry.denied + row.entry.admitted > most.entry.denied + most.entry.admitted ? row : most), undefined);
  const saturation = rows.length === 0 ? 0 : Math.max(...rows.map(({ level, capacity }) => 1 - level / capacity));
  return {
    mode: state.mode === 'withoutStore' ? `${WORDS[state.mode]} (${params.onStoreFailure})` : WORDS[state.mode],
    tone: state.mode === 'withoutStore' ? 'alert' : state.mode === 'limiting' ? 'warn' : state.calls > 0 ? 'active' : 'calm',
    queue: { length: state.waiting, capacity: params.maxWaitMs > 0 ? params.maxWaiting : 0 },
    meters: {
      admitted: state.admitted, denied: state.denied, delayed: state.delayed, waiting: state.waiting, asking: state.asks.size, keys: state.keys.size, evicted: state.evicted,
      deniedPercent: state.calls === 0 ? null : Math.round((100 * state.denied) / state.calls), fairness: jain(entries), saturationPercent: Math.round(100 * saturation),
      spared: state.spared, tooDear: state.tooDear, storeErrors: state.storeErrors, gaveUp: state.gaveUp,
    },
    machines: [machineView(state, nowMs)],
    views: {
      tanks: { tanks: rows.map(({ entry, level, capacity }) => ({ name: entry.key, level: round(level), capacity: round(capacity), ...(rateOf(entry, terms, nowMs)), drops: dropsOf(entry) })) },
      dots: loudest === undefined ? null : dotsView(loudest.entry, terms, loudest.capacity, nowMs),
      keys: entries.slice(-60).map((entry) => keyRow(entry, terms, params, nowMs)),
      results: { admitted: state.admitted, denied: state.denied, delayed: state.delayed, fairness: jain(entries), saturationPercent: Math.round(100 * saturation), keys: state.keys.size, evicted: state.evicted },
      headers: headersOf(loudest?.entry, terms, params, nowMs),
    },
  };
}

/** What a key has left: as counted here, or as the store last said. */
function left(entry: KeyEntry, terms: Terms, params: LimiterParams, nowMs: Ms): { level: number; capacity: number } {
  const { remaining, limit } = entry.told !== null && params.scope === 'global' ? entry.told : peek(entry.limit, terms, nowMs, params.maxWaitMs);
  return { level: Math.max(0, remaining), capacity: Math.max(1, limit) };
}
function rateOf({ limit }: KeyEntry, terms: Terms, nowMs: Ms): { ratePerSecond?: number } {
  if (limit.kind === 'warmUp') return { ratePerSecond: round(warmUpRate(limit.state, terms, nowMs)) };
  return isWindowed(terms.algorithm) || terms.algorithm === 'concurrency' ? {} : { ratePerSecond: round(terms.ratePerSecond) };
}
const timeOf = (dot: number): Ms => (dot > 0 ? dot : -dot) - 1;
const dropsOf = ({ dots }: KeyEntry): Json => dots!.slice(-DROPS).map((dot) => ({ atMs: round(timeOf(dot)), cost: 1, admitted: dot > 0 }));

/** The newest dots, and the bracket over the last window; of an aligned one, the brackets of the clock. */
function dotsView({ key, dots }: KeyEntry, { algorithm, windowMs }: Terms, limit: number, nowMs: Ms): Json {
  const aligned = algorithm === 'fixedWindow' || algorithm === 'cycles';
  const startMs = aligned ? Math.floor(nowMs / windowMs) * windowMs : nowMs - windowMs;
  const times = dots!.slice(-400);
  const inside = (fromMs: Ms, untilMs: Ms, closed: boolean): number => times.reduce((n, dot) => n + (dot > 0 && (closed ? timeOf(dot) >= fromMs : timeOf(dot) > fromMs) && timeOf(dot) < untilMs ? 1 : 0), 0);
  const brackets = aligned ? [1, 0].map((back) => ({ fromMs: startMs - back * windowMs, untilMs: startMs - back * windowMs + windowMs, count: inside(startMs - back * windowMs, startMs - back * windowMs + windowMs, true) })) : undefined;
  return {
    key, windowMs, limit: round(limit), used: inside(startMs, Infinity, aligned), aligned, startMs: round(startMs),
    dots: times.map((dot) => ({ atMs: round(timeOf(dot)), admitted: dot > 0 })), ...(brackets !== undefined && { brackets }),
  };
}

function keyRow(entry: KeyEntry, terms: Terms, params: LimiterParams, nowMs: Ms): Json {
  const { level, capacity } = left(entry, terms, params, nowMs);
  return { key: entry.key, admitted: entry.admitted, denied: entry.denied, delayed: entry.delayed, left: round(level), of: round(capacity), waiting: entry.pending };
}

/** Jain's index of what the keys got: 1 if all got alike, 1 / n if one got all. */
export function jain(entries: readonly KeyEntry[]): number | null {
  let sum = 0, squares = 0;
  for (const { cost } of entries) { sum += cost; squares += cost * cost; }
  return squares === 0 ? null : round((sum * sum) / (entries.length * squares));
}

/** What an answer to the loudest key would say now, after draft-ietf-httpapi-ratelimit-headers. */
function headersOf(entry: KeyEntry | undefined, terms: Terms, params: LimiterParams, nowMs: Ms): Json {
  if (entry === undefined || params.headers === 'none') return null;
  const { remaining, limit, resetAfterMs } = entry.told !== null && params.scope === 'global' ? entry.told : peek(entry.limit, terms, nowMs, params.maxWaitMs);
  const seconds = (ms: Ms): number => Math.ceil(ms / 1000 - 1e-9);
  const retry: Record<string, string> = remaining >= 1 ? {} : { 'Retry-After': `${Math.max(1, seconds(resetAfterMs))}` };
  if (params.headers !== 'rateLimit') return retry;
  const windowS = seconds(isWindowed(terms.algorithm) ? terms.windowMs : (terms.capacity * 1000) / terms.ratePerSecond);
  return { ...retry, RateLimit: `"${params.policy as string}";r=${Math.floor(remaining + 1e-9)};t=${seconds(resetAfterMs)}`, 'RateLimit-Policy': `"${params.policy as string}";q=${Math.floor(limit)};w=${windowS}` };
}

function machineView({ mode, deniedMs, denied, calls }: LimiterState, nowMs: Ms): MachineView {
  return {
    instance: '', state: mode, guards: [{ label: 'turned away', value: denied, unit: 'count', text: `${denied} of ${calls}` }],
    ...(mode === 'limiting' && nowMs < deniedMs + CALM_MS && { countdown: { label: 'calm', fromMs: deniedMs, untilMs: deniedMs + CALM_MS } }),
  };
}
