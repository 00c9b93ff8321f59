/**
 * When the next request comes. Arrivals at a rate are kept as "how many are still expected to pass before the next one" (1 when evenly
 * spaced, exponential with mean 1 when random), so a change of the rate takes effect at once, in mid-gap, without another draw.
 */
import type { Ms } from '../kernel/contract.ts';

export interface ArrivalParams {
  readonly arrivals: 'poisson' | 'periodic' | 'onOff' | 'burst' | 'closedLoop' | 'trace';
  readonly ratePerSecond: number;
  readonly startMs: Ms;
  readonly stopMs: Ms;
  readonly onMs: Ms;
  readonly offMs: Ms;
  readonly offFactor: number;
  readonly burstAtMs: Ms;
  readonly burstEveryMs: Ms;
  readonly traceMs: readonly Ms[];
}
export interface Arrivals {
  /** `units` counts from here. */
  sinceMs: Ms;
  units: number;
  /** Bursts, or entries of the trace, that have passed. */
  round: number;
  /** Infinity: no more. */
  dueMs: Ms;
}

export const hasRate = (kind: ArrivalParams['arrivals']): boolean => kind === 'poisson' || kind === 'periodic' || kind === 'onOff';
export const isRandom = (kind: ArrivalParams['arrivals']): boolean => kind === 'poisson' || kind === 'onOff';

/** Arrivals from now on: what lies behind is not made up for. */
export function beginArrivals(p: ArrivalParams, nowMs: Ms, units: number): Arrivals {
  let round = 0;
  if (p.arrivals === 'burst') {
    const behindMs = nowMs - p.startMs - p.burstAtMs;
    if (behindMs > 0) round = p.burstEveryMs > 0 ? Math.ceil(behindMs / p.burstEveryMs) : 1;
  } else if (p.arrivals === 'trace') {
    while (round < p.traceMs.length && p.startMs + p.traceMs[round]! < nowMs) round++;
  }
  const arrivals = { sinceMs: Math.max(nowMs, p.startMs), units, round, dueMs: Infinity };
  arrivals.dueMs = dueOf(p, arrivals);
  return arrivals;
}

/** The one that was due has come. */
export function nextArrival(p: ArrivalParams, arrivals: Arrivals, units: number): void {
  arrivals.sinceMs = arrivals.dueMs;
  arrivals.units = units;
  arrivals.round++;
  arrivals.dueMs = dueOf(p, arrivals);
}

/** The rate or the phases have just changed. */
export function changeRate(before: ArrivalParams, p: ArrivalParams, arrivals: Arrivals, nowMs: Ms): void {
  const fromMs = arrivals.sinceMs;
  if (nowMs > fromMs) {
    const passed = before.arrivals === 'onOff'
      ? (fullRateMs(before, nowMs - before.startMs) - fullRateMs(before, fromMs - before.startMs)) * before.ratePerSecond / 1000
      : (nowMs - fromMs) * before.ratePerSecond / 1000;
    arrivals.units = Math.max(0, arrivals.units - passed);
    arrivals.sinceMs = nowMs;
  }
  arrivals.dueMs = dueOf(p, arrivals);
}

function dueOf(p: ArrivalParams, { sinceMs, units, round }: Arrivals): Ms {
  let dueMs = Infinity;
  if (p.arrivals === 'poisson' || p.arrivals === 'periodic') dueMs = sinceMs + units * 1000 / p.ratePerSecond;
  else if (p.arrivals === 'onOff') dueMs = p.startMs + clockMs(p, fullRateMs(p, sinceMs - p.startMs) + units * 1000 / p.ratePerSecond);
  else if (p.arrivals === 'burst' && (round === 0 || p.burstEveryMs > 0)) dueMs = p.startMs + p.burstAtMs + round * p.burstEveryMs;
  else if (p.arrivals === 'trace' && round < p.traceMs.length) dueMs = p.startMs + p.traceMs[round]!;
  return p.stopMs > 0 && dueMs >= p.stopMs ? Infinity : dueMs;
}

/** Time of the full rate that gives as many arrivals as `ms` of phases do. */
function fullRateMs(p: ArrivalParams, ms: Ms): Ms {
  const cycleMs = p.onMs + p.offMs;
  const cycles = Math.floor(ms / cycleMs);
  const rest = ms - cycles * cycleMs;
  return cycles * (p.onMs + p.offFactor * p.offMs) + Math.min(rest, p.onMs) + p.offFactor * Math.max(0, rest - p.onMs);
}

/** The other way round. Where the off phase is silent it skips to the next on phase. */
function clockMs(p: ArrivalParams, fullMs: Ms): Ms {
  const cycleFullMs = p.onMs + p.offFactor * p.offMs;
  const cycles = Math.floor(fullMs / cycleFullMs);
  const rest = fullMs - cycles * cycleFullMs;
  return cycles * (p.onMs + p.offMs) + (rest <= p.onMs ? rest : p.onMs + (rest - p.onMs) / p.offFactor);
}
