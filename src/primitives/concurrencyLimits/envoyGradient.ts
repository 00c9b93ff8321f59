/**
 * Envoy's adaptive concurrency: the time that answers take without load is measured from time to time at a tiny limit (minRTT); in between
 * the limit follows the ratio of that time, with a buffer, to the median of each short window.
 *
 * Source: envoy gradient_controller.cc (054694f) and adaptive_concurrency.proto (data-plane-api 84e8436). Quantiles are exact here
 * (nearest rank); Envoy's histogram interpolates within buckets of a few per cent.
 */
import { clamp } from '../../kernel/math.ts';

export interface EnvoyTerms {
  /** The limit while minRTT is measured, and the lowest of all. Envoy 3. */
  readonly minLimit: number;
  /** Envoy 1000. */
  readonly maxLimit: number;
  /** Which of a window's times counts, 0 to 100. Envoy 50, the median. */
  readonly samplePercentile: number;
  /** Length of a window. Envoy's examples 100 ms; it has no default. */
  readonly updateIntervalMs: number;
  /** From one measurement of minRTT to the next. Envoy's examples 60 s; it has no default. */
  readonly minRttIntervalMs: number;
  /** Answers that a measurement takes. Envoy 50. */
  readonly minRttRequests: number;
  /** Up to this share of the interval is added by chance, in per cent, so that not all proxies measure together. Envoy 15. */
  readonly minRttJitterPercent: number;
  /** So much above minRTT is taken for normal, in per cent. Envoy 25. */
  readonly minRttBufferPercent: number;
}
export interface EnvoyGradient {
  limit: number;
  /** The limit to go back to after the measurement under way; 0: none is. */
  deferredLimit: number;
  /** 0: not known yet. */
  minRttMs: number;
  sampleRttMs: number;
  gradient: number;
  /** Calls that began before this do not count: they met another limit. */
  epochMs: number;
  samples: number[];
  /** Windows in a row at the lowest limit. */
  atMinimum: number;
  windowDueMs: number;
  minRttDueMs: number;
}
/** After so many windows at the lowest limit minRTT is taken for wrong, and measured again. */
const STUCK_WINDOWS = 5;

/** Begins with a measurement. */
export const createEnvoyGradient = ({ minLimit }: EnvoyTerms, nowMs: number): EnvoyGradient => ({
  limit: minLimit, deferredLimit: minLimit, minRttMs: 0, sampleRttMs: 0, gradient: 1, epochMs: nowMs, samples: [], atMinimum: 0, windowDueMs: Infinity, minRttDueMs: Infinity,
});

export const isMeasuring = ({ deferredLimit }: EnvoyGradient): boolean => deferredLimit > 0;
/** When something is due by itself; Infinity while a measurement waits for its answers. */
export const envoyDueMs = ({ windowDueMs, minRttDueMs }: EnvoyGradient): number => Math.min(windowDueMs, minRttDueMs);

/** An answer, whatever it says. `draw` is asked for a uniform number when a measurement ends. */
export function hearEnvoy(state: EnvoyGradient, terms: EnvoyTerms, startMs: number, rttMs: number, nowMs: number, draw: () => number): void {
  if (startMs < state.epochMs) return;
  state.samples.push(rttMs);
  if (!isMeasuring(state) || state.samples.length < terms.minRttRequests) return;
  state.minRttMs = takeQuantile(state, terms.samplePercentile);
  setLimit(state, terms, state.deferredLimit, nowMs);
  state.deferredLimit = 0;
  state.minRttDueMs = nowMs + terms.minRttIntervalMs * (1 + (terms.minRttJitterPercent / 100) * draw());
  state.windowDueMs = nowMs + terms.updateIntervalMs;
}

/** Something is due: a window ends, or a measurement begins. */
export function tickEnvoy(state: EnvoyGradient, terms: EnvoyTerms, nowMs: number): void {
  if (nowMs >= state.windowDueMs) {
    if (state.samples.length > 0) {
      state.sampleRttMs = takeQuantile(state, terms.samplePercentile);
      setLimit(state, terms, nextEnvoyLimit(state, terms), nowMs);
    }
    state.windowDueMs = nowMs + terms.updateIntervalMs;
  }
  if (nowMs >= state.minRttDueMs) {
    state.deferredLimit = state.limit;
    state.limit = terms.minLimit;
    state.atMinimum = 0;
    state.samples = [];
    state.epochMs = nowMs;
    state.minRttDueMs = Infinity;
    state.windowDueMs = Infinity;
  }
}

/** limit · gradient and the square root of that, for bursts. */
export function nextEnvoyLimit(state: EnvoyGradient, { minLimit, maxLimit, minRttBufferPercent }: EnvoyTerms): number {
  state.gradient = clamp((state.minRttMs * (1 + minRttBufferPercent / 100)) / state.sampleRttMs, 0.5, 2);
  const limit = state.limit * state.gradient;
  return clamp(Math.floor(limit + Math.sqrt(limit)), minLimit, maxLimit);
}

function setLimit(state: EnvoyGradient, { minLimit }: EnvoyTerms, limit: number, nowMs: number): void {
  if (!isMeasuring(state) && state.limit === minLimit && limit === minLimit) state.atMinimum++;
  else state.atMinimum = 0;
  state.limit = limit;
  if (state.atMinimum >= STUCK_WINDOWS) state.minRttDueMs = nowMs;
}

function takeQuantile(state: EnvoyGradient, percentile: number): number {
  const sorted = state.samples.sort((a, b) => a - b);
  state.samples = [];
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)]!;
}
