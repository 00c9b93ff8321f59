/** Changes of mode: what a move ends, what it begins, and what is said about it. */
import type { Json, Ms } from '../../kernel/contract.ts';
import { peek, withdraw } from '../../primitives/permits.ts';
import { breakerTable, type BreakerEvent } from './machine.ts';
import { nextState } from '../../primitives/tabulate.ts';
import { createHalfOpen, type Breaker, type BreakerContext } from './state.ts';
import { createWindow, durationText } from './window.ts';
import type { BreakerNote, BreakerParams } from './params.ts';

/** How long the breaker stays open this time. The draw is kept, so that a slider moved meanwhile changes the same wait. */
export function openWaitMs(attempt: number, draw: number, params: BreakerParams): Ms {
  let ms = params.waitDurationInOpenStateMs;
  const capMs = params.enableExponentialBackoff ? params.exponentialMaxWaitDurationInOpenStateMs : Infinity;
  if (params.enableExponentialBackoff) {
    // Past twice the cap even the shortest draw that matters is capped; the loop stays short whatever the attempt.
    for (let i = 1; i < attempt && ms < MAX_GROWTH * capMs && params.exponentialBackoffMultiplier > 1; i++) ms *= params.exponentialBackoffMultiplier;
  }
  const { randomizedWaitFactor } = params;
  return Math.max(1, Math.min(capMs, ms * (1 - randomizedWaitFactor + 2 * randomizedWaitFactor * draw)));
}
const MAX_GROWTH = 1e6;

type Purpose = 'halfOpen' | 'expired';
const timerOf = (purpose: Purpose, { key }: Breaker): string => (key === '' ? purpose : `${purpose}:${key}`);
const waitKey = (breaker: Breaker): string => timerOf('halfOpen', breaker);
const expiryKey = (breaker: Breaker): string => timerOf('expired', breaker);
/** What a timer is for, and whose it is. */
export function readTimer(timer: string): { purpose: Purpose; key: string } {
  const colon = timer.indexOf(':');
  return colon < 0 ? { purpose: timer as Purpose, key: '' } : { purpose: timer.slice(0, colon) as Purpose, key: timer.slice(colon + 1) };
}

/** Whether an open breaker may be probed. Strictly after the wait, or at its last instant already. */
export const waitIsOver = (breaker: Breaker, nowMs: Ms, params: BreakerParams): boolean =>
  params.openWaitEnds === 'after' ? nowMs > breaker.openUntilMs : nowMs >= breaker.openUntilMs;

const nameOf = (breaker: Breaker): { readonly key: string; readonly of: string } => ({ key: breaker.key, of: breaker.key === '' ? '' : ` for ${breaker.key}` });

export function say(breaker: Breaker, note: BreakerNote, data: { readonly [key: string]: Json }, ctx: BreakerContext): void {
  ctx.note(note, { ...data, ...nameOf(breaker) });
}

/** Runs the machine one step and does what the new mode needs. `why` goes into the note. */
export function move(breaker: Breaker, event: BreakerEvent, why: string, data: { readonly [key: string]: Json }, ctx: BreakerContext): void {
  const from = breaker.mode;
  const to = nextState(breakerTable, from, event);
  endMode(breaker, ctx);
  breaker.mode = to;
  breaker.sinceMs = ctx.nowMs;
  breaker.generation++;
  breaker.topGeneration = Math.max(breaker.topGeneration, breaker.generation);
  breaker.lastMove = { from, event };
  breaker.inFlightNow = 0;
  if (from !== to) ctx.transition(breaker.key, from, to, event);
  switch (to) {
    case 'closed':
      breaker.attempt = 0;
      breaker.streak = 0;
      if (event === 'reset' || ctx.params.windowAfterClosing === 'cleared') breaker.window = createWindow(ctx.params);
      if (from !== 'closed') say(breaker, 'closed', { ...data, why }, ctx);
      break;
    case 'open':
      breaker.attempt++;
      breaker.openings++;
      breaker.waitDraw = ctx.uniform(`openWait:${breaker.key}`);
      startWait(breaker, ctx);
      say(breaker, 'opened', { ...data, why, waitMs: breaker.waitMs, waitText: durationText(breaker.waitMs), attempt: breaker.attempt }, ctx);
      break;
    case 'halfOpen':
      breaker.halfOpen = createHalfOpen(ctx.params, ctx.nowMs);
      startExpiry(breaker, ctx);
      say(breaker, 'halfOpened', { why, permits: breaker.halfOpen.permits.limit, permitsText: probesText(breaker.halfOpen.permits.limit) }, ctx);
      break;
    case 'metricsOnly':
      breaker.window = createWindow(ctx.params);
      breaker.saidFailures = false;
      breaker.saidSlow = false;
      say(breaker, 'metricsOnlyStarted', {}, ctx);
      break;
    case 'disabled':
      say(breaker, 'disabled', {}, ctx);
      break;
    case 'forcedOpen':
      say(breaker, 'forcedOpen', {}, ctx);
      break;
  }
}

const probesText = (permits: number): string => (permits === 1 ? 'one call may pass as a probe' : `${permits} calls may pass as probes`);

function endMode(breaker: Breaker, ctx: BreakerContext): void {
  breaker.timeInMs[breaker.mode] += Math.max(0, ctx.nowMs - breaker.sinceMs);
  if (breaker.waitTimer) ctx.clear(waitKey(breaker));
  if (breaker.expiryTimer) ctx.clear(expiryKey(breaker));
  breaker.waitTimer = false;
  breaker.expiryTimer = false;
  if (breaker.halfOpen === null) return;
  const { permits } = breaker.halfOpen;
  for (let ticket = peek(permits); ticket !== undefined; ticket = peek(permits)) {
    withdraw(permits, ticket);
    breaker.released.push(ticket);
  }
  breaker.halfOpen = null;
}

/** (Re)computes the wait of an open breaker, counted from its opening, and its timer. */
export function startWait(breaker: Breaker, ctx: BreakerContext): void {
  const { params, nowMs } = ctx;
  breaker.waitMs = openWaitMs(breaker.attempt, breaker.waitDraw, params);
  breaker.openUntilMs = breaker.sinceMs + breaker.waitMs;
  if (params.automaticTransitionFromOpenToHalfOpen) ctx.after(Math.max(0, breaker.openUntilMs - nowMs), waitKey(breaker));
  else if (breaker.waitTimer) ctx.clear(waitKey(breaker));
  breaker.waitTimer = params.automaticTransitionFromOpenToHalfOpen;
}

/** Sets the guard of a half-open breaker, counted from its beginning. */
export function startExpiry(breaker: Breaker, ctx: BreakerContext): void {
  const maxMs = ctx.params.maxWaitDurationInHalfOpenStateMs;
  const untilMs = maxMs > 0 ? breaker.sinceMs + maxMs : Infinity;
  breaker.halfOpen = { ...breaker.halfOpen!, expiresMs: untilMs };
  if (maxMs > 0) ctx.after(Math.max(0, untilMs - ctx.nowMs), expiryKey(breaker));
  else if (breaker.expiryTimer) ctx.clear(expiryKey(breaker));
  breaker.expiryTimer = maxMs > 0;
}
