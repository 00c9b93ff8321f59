/** One limit that adapts, whichever law it follows. Plain data; the caller brings samples, time and draws. */
import { createEnvoyGradient, envoyDueMs, hearEnvoy, isMeasuring, tickEnvoy, type EnvoyGradient, type EnvoyTerms } from './envoyGradient.ts';
import type { LimitLaw } from './names.ts';
import {
  aimd, createGradient2, createVegas, createWindow, hearGradient2, hearVegas, hearWindow,
  type AimdTerms, type Gradient2, type Gradient2Terms, type Sample, type SampleWindow, type Vegas, type VegasTerms, type WindowTerms,
} from './netflix.ts';

export interface LimitTerms extends AimdTerms, VegasTerms, Gradient2Terms, EnvoyTerms, WindowTerms {
  readonly algorithm: LimitLaw;
  /** AIMD, Vegas and Gradient2 hear of windows instead of single answers. */
  readonly windowed: boolean;
}
export type AdaptiveLimit =
  | { readonly law: 'aimd'; limit: number; readonly window: SampleWindow }
  | { readonly law: 'vegas'; readonly vegas: Vegas; readonly window: SampleWindow }
  | { readonly law: 'gradient2'; readonly gradient2: Gradient2; readonly window: SampleWindow }
  | { readonly law: 'envoyGradient'; readonly envoy: EnvoyGradient };
export type { Sample } from './netflix.ts';

export function createLimit(terms: LimitTerms, nowMs: number, draw: () => number): AdaptiveLimit {
  switch (terms.algorithm) {
    case 'aimd': return { law: 'aimd', limit: terms.initialLimit, window: createWindow() };
    case 'vegas': return { law: 'vegas', vegas: createVegas(terms, draw()), window: createWindow() };
    case 'gradient2': return { law: 'gradient2', gradient2: createGradient2(terms), window: createWindow() };
    case 'envoyGradient': return { law: 'envoyGradient', envoy: createEnvoyGradient(terms, nowMs) };
  }
}

/** A whole number of calls. */
export function limitOf(state: AdaptiveLimit): number {
  switch (state.law) {
    case 'aimd': return state.limit;
    case 'vegas': return Math.floor(state.vegas.estimate);
    case 'gradient2': return Math.floor(state.gradient2.estimate);
    case 'envoyGradient': return state.envoy.limit;
  }
}

/** A call has ended. Envoy counts every answer alike; the others must not be told of answers that say nothing about load. */
export function hearSample(state: AdaptiveLimit, terms: LimitTerms, sample: Sample, nowMs: number, draw: () => number): void {
  if (state.law === 'envoyGradient') {
    hearEnvoy(state.envoy, terms, sample.startMs, sample.rttMs, nowMs, draw);
    return;
  }
  const heard = terms.windowed ? hearWindow(state.window, terms, sample) : sample;
  if (heard === undefined) return;
  if (state.law === 'aimd') state.limit = aimd(state.limit, terms, heard);
  else if (state.law === 'vegas') hearVegas(state.vegas, terms, heard, draw);
  else hearGradient2(state.gradient2, terms, heard);
}

/** When `tickLimit` is wanted; Infinity for never. */
export const limitDueMs = (state: AdaptiveLimit): number => (state.law === 'envoyGradient' ? envoyDueMs(state.envoy) : Infinity);
export function tickLimit(state: AdaptiveLimit, terms: LimitTerms, nowMs: number): void {
  if (state.law === 'envoyGradient') tickEnvoy(state.envoy, terms, nowMs);
}
/** Whether the limit is low on purpose, to measure. */
export const isProbing = (state: AdaptiveLimit): boolean => state.law === 'envoyGradient' && isMeasuring(state.envoy);

/** What the law goes by, for instruments: a time without load, the newest time. Null: not known. */
export function limitFigures(state: AdaptiveLimit): { readonly noLoadMs: number | null; readonly gradient: number | null } {
  const known = (ms: number): number | null => (ms > 0 ? ms : null);
  switch (state.law) {
    case 'aimd': return { noLoadMs: null, gradient: null };
    case 'vegas': return { noLoadMs: known(state.vegas.shortestMs), gradient: null };
    case 'gradient2': return { noLoadMs: known(state.gradient2.longMs), gradient: null };
    case 'envoyGradient': return { noLoadMs: known(state.envoy.minRttMs), gradient: state.envoy.gradient };
  }
}
