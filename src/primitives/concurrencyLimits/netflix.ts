/**
 * Limits of concurrency that learn from each answer, after Netflix concurrency-limits (78a74b9): AIMD, Vegas and Gradient2. A sample is how
 * long a call took, how many were under way when it began (itself included), and whether it was dropped (a time-out, an overload). Plain
 * data and functions; the caller says what a sample is.
 *
 * Sources: AIMDLimit, VegasLimit, Gradient2Limit, WindowedLimit, ExpAvgMeasurement, Log10RootFunction of that repository; L. Brakmo and
 * L. Peterson, TCP Vegas, IEEE JSAC 13 (1995).
 */
import { clamp } from '../../kernel/math.ts';

export interface LimitBounds {
  readonly initialLimit: number;
  readonly minLimit: number;
  readonly maxLimit: number;
}
export interface Sample {
  readonly startMs: number;
  /** > 0 */
  readonly rttMs: number;
  readonly inFlight: number;
  readonly dropped: boolean;
}

export interface AimdTerms extends LimitBounds {
  /** What is left of the limit after a drop: 0.5 (inclusive) to 1 (exclusive). Netflix 0.9. */
  readonly backoffRatio: number;
  /** A call that took longer counts as dropped. Netflix 5000 ms. */
  readonly rttTimeoutMs: number;
}
/** The next limit: one more where at least half was in use, a share less after a drop. */
export function aimd(limit: number, { backoffRatio, rttTimeoutMs, minLimit, maxLimit }: AimdTerms, { rttMs, inFlight, dropped }: Sample): number {
  if (dropped || rttMs > rttTimeoutMs) return clamp(Math.floor(limit * backoffRatio), minLimit, maxLimit);
  return clamp(inFlight * 2 >= limit ? limit + 1 : limit, minLimit, maxLimit);
}

/** At least 1: the whole part of log10 below 1000, of the square root from there on, as Log10RootFunction has it. */
export function log10Root(limit: number): number {
  if (limit >= 1000) return Math.floor(Math.sqrt(limit));
  return limit >= 100 ? 2 : 1;
}

export interface VegasTerms extends LimitBounds {
  /** In units of log10 of the limit: a shorter queue lets the limit grow by one such unit. Netflix 3. */
  readonly vegasAlpha: number;
  /** A longer queue shrinks it; without any queue it grows by as much. Netflix 6. */
  readonly vegasBeta: number;
  /** A new shortest time is taken after this × limit × (0.5 to 1) samples. Netflix 30. */
  readonly probeMultiplier: number;
  /** 0 to 1: share of the new limit in the next one. Netflix 1. */
  readonly vegasSmoothing: number;
}
export interface Vegas {
  estimate: number;
  /** 0: not known yet. */
  shortestMs: number;
  probeCount: number;
  /** 0.5 to 1 */
  probeJitter: number;
}
/** `u`: a uniform draw, for when the first probe comes. */
export const createVegas = ({ initialLimit }: LimitBounds, u: number): Vegas => ({ estimate: initialLimit, shortestMs: 0, probeCount: 0, probeJitter: 0.5 + u / 2 });

/** Takes a sample in. `draw` is asked for a uniform number when a probe is made. */
export function hearVegas(state: Vegas, terms: VegasTerms, { rttMs, inFlight, dropped }: Sample, draw: () => number): void {
  const { estimate } = state;
  state.probeCount++;
  if (state.probeJitter * terms.probeMultiplier * estimate <= state.probeCount) {
    state.probeJitter = 0.5 + draw() / 2;
    state.probeCount = 0;
    state.shortestMs = rttMs;
    return;
  }
  if (state.shortestMs === 0 || rttMs < state.shortestMs) {
    state.shortestMs = rttMs;
    return;
  }
  const next = nextVegas(state, terms, rttMs, inFlight, dropped);
  if (next === estimate) return;
  state.estimate = (1 - terms.vegasSmoothing) * estimate + terms.vegasSmoothing * clamp(next, terms.minLimit, terms.maxLimit);
}
function nextVegas({ estimate, shortestMs }: Vegas, { vegasAlpha, vegasBeta }: VegasTerms, rttMs: number, inFlight: number, dropped: boolean): number {
  const unit = log10Root(Math.floor(estimate));
  if (dropped) return estimate - unit;
  if (inFlight * 2 < estimate) return estimate;
  const queue = Math.ceil(estimate * (1 - shortestMs / rttMs));
  if (queue <= unit) return estimate + vegasBeta * unit;
  if (queue < vegasAlpha * unit) return estimate + unit;
  return queue > vegasBeta * unit ? estimate - unit : estimate;
}

export interface Gradient2Terms extends LimitBounds {
  /** Times the long-term time that an answer may take before the limit shrinks. Netflix 1.5. */
  readonly rttTolerance: number;
  /** 0 to 1: share of the new limit in the next one. Netflix 0.2. */
  readonly smoothing: number;
  /** By so much the limit may grow while there is no queue. Netflix 4. */
  readonly queueSize: number;
  /** Samples in the long-term average. Netflix 600. */
  readonly longWindow: number;
}
/** The first samples make a plain mean. */
const WARM_UP = 10;
export interface Gradient2 {
  estimate: number;
  longMs: number;
  sumMs: number;
  count: number;
}
export const createGradient2 = ({ initialLimit }: LimitBounds): Gradient2 => ({ estimate: initialLimit, longMs: 0, sumMs: 0, count: 0 });

export function hearGradient2(state: Gradient2, { rttTolerance, smoothing, queueSize, longWindow, minLimit, maxLimit }: Gradient2Terms, { rttMs, inFlight }: Sample): void {
  if (state.count < WARM_UP) {
    state.count++;
    state.sumMs += rttMs;
    state.longMs = state.sumMs / state.count;
  } else {
    const share = 2 / (longWindow + 1);
    state.longMs = state.longMs * (1 - share) + rttMs * share;
  }
  const longMs = state.longMs;
  // After a long overload the average would take ages to come down.
  if (longMs / rttMs > 2) state.longMs *= 0.95;
  const { estimate } = state;
  if (inFlight < estimate / 2) return;
  const gradient = clamp((rttTolerance * longMs) / rttMs, 0.5, 1);
  const next = estimate * gradient + queueSize;
  state.estimate = clamp(estimate * (1 - smoothing) + next * smoothing, minLimit, maxLimit);
}

/** Several answers make one sample: the mean time, the most that were under way, dropped if any was. */
export interface WindowTerms {
  /** A window is at least so long. Netflix 1000 ms. */
  readonly windowMs: number;
  /** A window with fewer answers is thrown away. Netflix 10. */
  readonly windowSize: number;
}
export interface SampleWindow {
  count: number;
  sumMs: number;
  inFlight: number;
  dropped: boolean;
  untilMs: number;
}
export const createWindow = (): SampleWindow => ({ count: 0, sumMs: 0, inFlight: 0, dropped: false, untilMs: 0 });

/** Takes an answer in; gives the sample of the window that it ends, if that has enough of them. */
export function hearWindow(state: SampleWindow, { windowMs, windowSize }: WindowTerms, sample: Sample): Sample | undefined {
  const endMs = sample.startMs + sample.rttMs;
  state.count++;
  state.sumMs += sample.rttMs;
  if (sample.inFlight > state.inFlight) state.inFlight = sample.inFlight;
  if (sample.dropped) state.dropped = true;
  if (endMs <= state.untilMs) return undefined;
  const { count, sumMs, inFlight, dropped } = state;
  state.count = 0;
  state.sumMs = 0;
  state.inFlight = 0;
  state.dropped = false;
  state.untilMs = endMs + windowMs;
  return count < windowSize ? undefined : { startMs: sample.startMs, rttMs: sumMs / count, inFlight, dropped };
}
