/** What a result means: which outcomes count, where they are counted, and when that changes the mode. */
import type { Json, Ms, Outcome } from '../../kernel/contract.ts';
import { leave } from '../../primitives/permits.ts';
import type { BreakerEvent } from './machine.ts';
import { move, say } from './moves.ts';
import type { BreakerParams } from './params.ts';
import type { Breaker, BreakerContext, BreakerState, Ticket } from './state.ts';
import {
  minimumOf, percentText, ratesOf, recordInRingOf, recordResult, tally, tallyOfRing, windowText, type Rates, type Result, type Tally,
} from './window.ts';

/** A refusal made by a pattern and a call given up say nothing about the dependency. */
export function classify(outcome: Outcome, params: BreakerParams): 'success' | 'failure' | 'ignored' {
  switch (outcome.kind) {
    case 'ok': case 'stale': return 'success';
    case 'transientError': case 'timeout': case 'overload': return 'failure';
    case 'permanentError': return params.recordPermanentErrors ? 'failure' : 'ignored';
    case 'throttled': return params.recordThrottled ? 'failure' : 'ignored';
    case 'rejected': case 'cancelled': return 'ignored';
  }
}

/** Takes in how a call ended, or that its caller has given it up. The call is no longer in flight. */
export function takeResult(state: BreakerState, breaker: Breaker, ticket: Ticket, outcome: Outcome | 'givenUp', ctx: BreakerContext): void {
  const { params, nowMs } = ctx;
  const current = ticket.generation === breaker.generation;
  breaker.inFlight--;
  if (current) breaker.inFlightNow--;
  const kind = outcome === 'givenUp' ? 'cancelled' : outcome.kind;
  const verdict = outcome !== 'givenUp' ? classify(outcome, params) : params.recordGivenUp ? 'failure' : 'ignored';
  if (verdict === 'ignored') {
    // Only a probe of this very half-open period has a permit to give back.
    if (current && ticket.probe && breaker.halfOpen !== null) leave(breaker.halfOpen.permits);
    ctx.note('ignored', { outcome: kind });
    return;
  }
  if (!current && params.lateResults === 'ignoreOldGeneration') {
    breaker.late++;
    ctx.note('cameLate', { outcome: kind });
    return;
  }
  const durationMs = Math.max(0, nowMs - ticket.passedMs);
  const result: Result = { failed: verdict === 'failure', slow: params.recordSlowCalls && durationMs > params.slowCallDurationThresholdMs, outcome: kind };
  if (breaker.mode === 'disabled' || breaker.mode === 'forcedOpen') return;
  if (result.failed) ctx.note('failed', { outcome: kind });
  else ctx.note('succeeded');
  if (result.slow) ctx.note('ranSlow', { durationMs: Math.round(durationMs * 1000) / 1000 });
  if (breaker.mode === 'halfOpen') countProbe(breaker, result, nowMs, ctx);
  else count(state, breaker, result, ctx);
}

function count(state: BreakerState, breaker: Breaker, result: Result, ctx: BreakerContext): void {
  const { params } = ctx;
  recordResult(breaker.window, result, ctx.nowMs);
  if (breaker.mode === 'open') return; // on show only
  breaker.streak = result.failed ? breaker.streak + 1 : 0;
  if (params.failureCounting === 'consecutive') {
    if (breaker.streak >= params.consecutiveFailures) streakReached(breaker, ctx);
  } else if (params.evaluateOn === 'interval') {
    armEvaluation(state, ctx);
  } else if (params.evaluateOn === 'everyResult' || result.failed || result.slow) {
    evaluate(breaker, ctx);
  }
}

function streakReached(breaker: Breaker, ctx: BreakerContext): void {
  const why = `${breaker.streak} ${breaker.streak === 1 ? 'call' : 'calls'} in a row failed`;
  const data = { failed: breaker.streak, slow: 0, calls: breaker.streak, windowText: 'a row', ratePercent: 100, slowRatePercent: null };
  if (breaker.mode === 'closed') move(breaker, 'streakReached', why, data, ctx);
  else wouldHaveOpened(breaker, 'saidFailures', why, data, ctx);
}

/** Looks at the rates of the window and opens the breaker if one is too high; under metricsOnly it only says so, once of each. */
export function evaluate(breaker: Breaker, ctx: BreakerContext): void {
  const { params } = ctx;
  const counts = tally(breaker.window, params, ctx.nowMs);
  const rates = ratesOf(counts, minimumOf(breaker.window, params), params);
  if (!rates.tooManyFailed && !rates.tooManySlow) return;
  const over = windowText(breaker.window);
  const data = dataOf(counts, rates, over);
  const failedWhy = `${counts.failed} of ${counts.base} calls in ${over} failed`;
  const slowWhy = `${counts.slow} of ${counts.base} calls in ${over} were slow`;
  if (breaker.mode === 'closed') {
    announce(breaker, rates, data, ctx);
    if (rates.tooManyFailed) move(breaker, 'rateExceeded', failedWhy, data, ctx);
    else move(breaker, 'slowRateExceeded', slowWhy, data, ctx);
    return;
  }
  if (rates.tooManyFailed && !breaker.saidFailures) announce(breaker, { ...rates, tooManySlow: false }, data, ctx);
  if (rates.tooManySlow && !breaker.saidSlow) announce(breaker, { ...rates, tooManyFailed: false }, data, ctx);
  if (rates.tooManyFailed) wouldHaveOpened(breaker, 'saidFailures', failedWhy, data, ctx);
  if (rates.tooManySlow) wouldHaveOpened(breaker, 'saidSlow', slowWhy, data, ctx);
}

function wouldHaveOpened(breaker: Breaker, said: 'saidFailures' | 'saidSlow', why: string, data: { readonly [key: string]: Json }, ctx: BreakerContext): void {
  if (breaker[said]) return;
  breaker[said] = true;
  say(breaker, 'wouldHaveOpened', { ...data, why }, ctx);
}

function announce(breaker: Breaker, rates: Rates, data: { readonly [key: string]: Json }, ctx: BreakerContext): void {
  if (rates.tooManyFailed) say(breaker, 'failureRateExceeded', data, ctx);
  if (rates.tooManySlow) say(breaker, 'slowCallRateExceeded', data, ctx);
}

const dataOf = (counts: Tally, rates: Rates, over: string): { readonly [key: string]: Json } => ({
  failed: counts.failed, slow: counts.slow, calls: counts.base, windowText: over,
  ratePercent: percentText(rates.failureRate), slowRatePercent: percentText(rates.slowRate),
});

/** A result while half-open, of a probe or (countInCurrentState) of an earlier call. */
function countProbe(breaker: Breaker, result: Result, nowMs: Ms, ctx: BreakerContext): void {
  const { params } = ctx;
  const { ring } = breaker.halfOpen!;
  recordInRingOf(ring, result, nowMs);
  if (params.windowAfterClosing === 'kept') recordResult(breaker.window, result, nowMs);
  const counts = tallyOfRing(ring);
  const rates = ratesOf(counts, Math.min(params.minimumNumberOfCalls, ring.size), params);
  const decide = (event: BreakerEvent, why: string): void => move(breaker, event, why, dataOf(counts, rates, 'the probes'), ctx);
  const probes = counts.calls === 1 ? 'probe' : 'probes';
  const failedWhy = `${counts.failed} of ${counts.calls} ${probes} failed`;
  const goodWhy = `${counts.calls - counts.failed} of ${counts.calls} ${probes} succeeded`;
  if (params.halfOpenDecision === 'sample') {
    if (counts.failed * 100 > params.halfOpenToleratedFailuresPercent * ring.size) decide('probesFailed', failedWhy);
    else if (counts.calls === ring.size) decide('probesSucceeded', goodWhy);
    return;
  }
  if (rates.failureRate === null) return;
  if (rates.tooManyFailed) decide('probesFailed', failedWhy);
  else if (rates.tooManySlow) decide('probesFailed', `${counts.slow} of ${counts.calls} ${probes} were slow`);
  else decide('probesSucceeded', goodWhy);
}

/** Sees to it that the rates are looked at when the current interval is over. */
export function armEvaluation(state: BreakerState, ctx: BreakerContext): void {
  if (state.evaluateTimer) return;
  state.evaluateTimer = true;
  const { evaluateEveryMs } = ctx.params;
  ctx.after((Math.floor(ctx.nowMs / evaluateEveryMs) + 1) * evaluateEveryMs - ctx.nowMs, EVALUATE);
}
export const EVALUATE = 'evaluate';

/** A look at the rates of all breakers; goes on while there is anything that could age into a higher rate. */
export function evaluateAll(state: BreakerState, ctx: BreakerContext): void {
  let more = false;
  for (const breaker of state.breakers.values()) {
    if (breaker.mode !== 'closed' && breaker.mode !== 'metricsOnly') continue;
    evaluate(breaker, ctx);
    if (breaker.mode === 'closed' || breaker.mode === 'metricsOnly') more ||= breaker.window.type === 'TIME' && tally(breaker.window, ctx.params, ctx.nowMs).base > 0;
  }
  if (more) armEvaluation(state, ctx);
}
