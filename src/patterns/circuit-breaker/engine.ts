/** Circuit breaker, sans-IO: lets calls through while their results are good, refuses them at once while they are not, and probes in between. */
import { plainRetry } from './plainRetry.ts';
import { plainTimeout } from './plainTimeout.ts';
import type { Call, Engine, Outcome } from '../../kernel/contract.ts';
import { admit, enter, withdraw } from '../../primitives/permits.ts';
import { canTake } from '../../primitives/tabulate.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { breakerTable, type BreakerEvent } from './machine.ts';
import { move, readTimer, say, startExpiry, startWait, waitIsOver } from './moves.ts';
import type { BreakerNote, BreakerParams } from './params.ts';
import { armEvaluation, EVALUATE, evaluateAll, takeResult } from './results.ts';
import { breakerFor, createState, createTicket, hasRoom, waitingAt, type Breaker, type BreakerContext, type BreakerState, type Ticket } from './state.ts';
import { durationText, fitWindow, recordArrival } from './window.ts';

const GAUGE = { probesOut: 0, waiting: 1 } as const;
/** The grain of time. Whoever repeats a call exactly at the end of a wait that one must be "after" would come a grain too early. */
const GRAIN_MS = 1e-6;
const toGrain = (ms: number): number => Math.max(0, Math.round(ms / GRAIN_MS) / 1e6);

/** Every call takes this way, those that waited too. */
function tryAcquire(state: BreakerState, breaker: Breaker, ticket: Ticket, ctx: BreakerContext): void {
  if (breaker.mode === 'open' && waitIsOver(breaker, ctx.nowMs, ctx.params)) {
    move(breaker, 'waitElapsed', `the wait of ${durationText(breaker.waitMs)} is over`, {}, ctx);
  }
  switch (breaker.mode) {
    case 'closed': case 'disabled': case 'metricsOnly':
      letThrough(state, breaker, ticket, false, ctx);
      return;
    case 'open': {
      const leftMs = breaker.openUntilMs - ctx.nowMs;
      refuse(state, breaker, ticket, 'open', toGrain(ctx.params.openWaitEnds === 'after' ? leftMs + GRAIN_MS : leftMs), ctx);
      return;
    }
    case 'forcedOpen':
      refuse(state, breaker, ticket, 'forced open', undefined, ctx);
      return;
    case 'halfOpen': {
      const { permits, expiresMs } = breaker.halfOpen!;
      const place = enter(permits, ticket);
      if (place === 'entered') {
        letThrough(state, breaker, ticket, true, ctx);
      } else if (place === 'queued') {
        ctx.note('waited');
        showGauges(state, breaker, ctx);
      } else {
        const reason = permits.capacity > 0 ? 'half-open, waiting places are full' : 'half-open, all probes are out';
        refuse(state, breaker, ticket, reason, expiresMs === Infinity ? undefined : toGrain(expiresMs - ctx.nowMs), ctx);
      }
    }
  }
}

function letThrough(state: BreakerState, breaker: Breaker, ticket: Ticket, probe: boolean, ctx: BreakerContext): void {
  ticket.passed = true;
  ticket.probe = probe;
  ticket.generation = breaker.generation;
  ticket.passedMs = ctx.nowMs;
  breaker.permitted++;
  breaker.inFlight++;
  breaker.inFlightNow++;
  showGauges(state, breaker, ctx);
  ctx.forward(ticket.call);
}

function refuse(state: BreakerState, breaker: Breaker, ticket: Ticket, reason: string, retryAfterMs: number | undefined, ctx: BreakerContext): void {
  state.tickets.delete(ticket.call.id);
  breaker.notPermitted++;
  ctx.note('notPermitted', { reason, key: breaker.key });
  ctx.reply(ticket.call, retryAfterMs === undefined ? { kind: 'rejected', by: 'breaker', detail: reason } : { kind: 'rejected', by: 'breaker', detail: reason, retryAfterMs });
}

/** Hands freed permits to those that wait, and takes on those that the end of the half-open mode released. */
function settle(state: BreakerState, breaker: Breaker, ctx: BreakerContext): void {
  for (;;) {
    const released = breaker.released.shift();
    if (released !== undefined) {
      tryAcquire(state, breaker, released, ctx);
      continue;
    }
    const next = breaker.halfOpen === null ? undefined : admit(breaker.halfOpen.permits);
    if (next === undefined) break;
    letThrough(state, breaker, next, true, ctx);
  }
  showGauges(state, breaker, ctx);
}

function showGauges(state: BreakerState, touched: Breaker, ctx: BreakerContext): void {
  if (touched.halfOpen === null && !state.gaugesUp) return;
  let probesOut = 0, waiting = 0;
  for (const breaker of state.breakers.values()) {
    if (breaker.halfOpen !== null) probesOut += breaker.inFlightNow;
    waiting += waitingAt(breaker);
  }
  ctx.gauge(GAUGE.probesOut, probesOut);
  ctx.gauge(GAUGE.waiting, waiting);
  state.gaugesUp = probesOut + waiting > 0;
}

function onRequest(state: BreakerState, call: Call, ctx: BreakerContext): void {
  const breaker = breakerFor(state, call, ctx);
  breaker.arrived++;
  if (ctx.params.rateBase === 'fired') recordArrival(breaker.window, ctx.nowMs);
  const ticket = createTicket(call, breaker.key);
  state.tickets.set(call.id, ticket);
  tryAcquire(state, breaker, ticket, ctx);
}

function onReply(state: BreakerState, call: Call, outcome: Outcome, ctx: BreakerContext): void {
  const ticket = state.tickets.get(call.id);
  finish(state, ticket, outcome, ctx);
  ctx.reply(call, outcome);
}

/** The caller has given up. One that waited simply leaves; for the rest it is a result, which may count. */
function onCancel(state: BreakerState, call: Call, ctx: BreakerContext): void {
  const ticket = state.tickets.get(call.id);
  if (ticket === undefined || ticket.passed) {
    finish(state, ticket, 'givenUp', ctx);
    ctx.cancel(call);
    return;
  }
  state.tickets.delete(call.id);
  const breaker = state.breakers.get(ticket.key)!;
  if (breaker.halfOpen === null || !withdraw(breaker.halfOpen.permits, ticket)) breaker.released.splice(breaker.released.indexOf(ticket), 1);
  breaker.gaveUp++;
  showGauges(state, breaker, ctx);
}

/** A call that was let through is over. Nothing is known of calls from before a crash or of a breaker that is gone. */
function finish(state: BreakerState, ticket: Ticket | undefined, outcome: Outcome | 'givenUp', ctx: BreakerContext): void {
  if (ticket === undefined) return;
  state.tickets.delete(ticket.call.id);
  const breaker = state.breakers.get(ticket.key);
  if (breaker === undefined) return;
  takeResult(state, breaker, ticket, outcome, ctx);
  settle(state, breaker, ctx);
}

function onTimer(state: BreakerState, timer: string | number, ctx: BreakerContext): void {
  if (timer === EVALUATE) {
    state.evaluateTimer = false;
    evaluateAll(state, ctx);
    return;
  }
  const { purpose, key } = readTimer(String(timer));
  const breaker = state.breakers.get(key)!;
  if (purpose === 'halfOpen') {
    breaker.waitTimer = false;
    move(breaker, 'waitElapsed', `the wait of ${durationText(breaker.waitMs)} is over`, {}, ctx);
  } else {
    breaker.expiryTimer = false;
    const why = `no decision in ${durationText(ctx.params.maxWaitDurationInHalfOpenStateMs)}`;
    say(breaker, 'halfOpenExpired', { why }, ctx);
    move(breaker, ctx.params.transitionToStateAfterWaitDuration === 'OPEN' ? 'halfOpenExpiredToOpen' : 'halfOpenExpiredToClosed', why, NO_COUNTS, ctx);
  }
  settle(state, breaker, ctx);
}
const NO_COUNTS = { failed: 0, slow: 0, calls: 0, windowText: 'the probes', ratePercent: null, slowRatePercent: null } as const;

const EVENT_OF: Readonly<Record<string, BreakerEvent>> = {
  forceOpen: 'forceOpen', close: 'close', disable: 'disable', metricsOnly: 'enableMetricsOnly', halfOpen: 'startProbing', reset: 'reset',
};

/** A button acts on every breaker of the layer. */
function onControl(state: BreakerState, control: string, ctx: BreakerContext): void {
  const event = EVENT_OF[control];
  if (event === undefined) throw new Error(`the breaker has no control "${control}"; it has ${Object.keys(EVENT_OF).join(', ')}`);
  for (const breaker of Array.from(state.breakers.values())) {
    if (!canTake(breakerTable, breaker.mode, event)) {
      say(breaker, 'controlRefused', { control, mode: breaker.mode }, ctx);
      continue;
    }
    move(breaker, event, 'by hand', NO_COUNTS, ctx);
    if (event === 'reset') forgetCounts(breaker, ctx);
    settle(state, breaker, ctx);
  }
}

function forgetCounts(breaker: Breaker, ctx: BreakerContext): void {
  breaker.arrived = waitingAt(breaker);
  breaker.permitted = 0;
  breaker.notPermitted = 0;
  breaker.gaveUp = 0;
  breaker.late = 0;
  breaker.openings = 0;
  say(breaker, 'wasReset', {}, ctx);
}

/** Windows keep their newest results, a running wait is measured anew from its beginning; probes under way keep their permits. */
function onParams(state: BreakerState, before: BreakerParams, ctx: BreakerContext): void {
  const { params } = ctx;
  const rescoped = before.keyBy !== params.keyBy;
  for (const breaker of Array.from(state.breakers.values())) {
    if (rescoped || !hasRoom(state, params)) dropBreaker(state, breaker, ctx);
  }
  if (rescoped || before.maxKeys !== params.maxKeys) state.spilled = false;
  for (const breaker of state.breakers.values()) {
    breaker.window = fitWindow(breaker.window, params, ctx.nowMs);
    if (breaker.mode === 'open') startWait(breaker, ctx);
    if (breaker.mode === 'halfOpen') startExpiry(breaker, ctx);
  }
  if (state.evaluateTimer) ctx.clear(EVALUATE);
  state.evaluateTimer = false;
  if (params.evaluateOn === 'interval' && params.failureCounting === 'rate') armEvaluation(state, ctx);
}

/** Closes a breaker that nobody will ask again, so that nobody waits at it; the results of its calls are no longer wanted. */
function dropBreaker(state: BreakerState, breaker: Breaker, ctx: BreakerContext): void {
  move(breaker, 'reset', 'its key is gone', NO_COUNTS, ctx);
  settle(state, breaker, ctx);
  state.breakers.delete(breaker.key);
  for (const [id, ticket] of state.tickets) if (ticket.key === breaker.key) state.tickets.delete(id);
}

/** A breaker lives in memory: a crash closes it. What mode it had is told at the start, so that nobody shows it open for ever. */
function onRestart(state: BreakerState, params: BreakerParams): BreakerState {
  const fresh = createState(params);
  for (const { key, mode } of state.breakers.values()) if (mode !== 'closed') fresh.forgotten.push({ key, mode });
  return fresh;
}

function onStart(state: BreakerState, ctx: BreakerContext): void {
  for (const { key, mode } of state.forgotten) ctx.transition(key, mode, 'closed', 'reset');
  state.forgotten = [];
  for (const breaker of state.breakers.values()) breaker.sinceMs = ctx.nowMs;
  ctx.gauge(GAUGE.probesOut, 0);
  ctx.gauge(GAUGE.waiting, 0);
}

export const engine: Engine<BreakerParams, BreakerState, BreakerNote> = {
  gauges: ['probesOut', 'waiting'],
  init: createState,
  onStart, onRequest, onReply, onCancel, onTimer, onControl, onParams, onRestart, inspect, invariants,
};

export const engines = { 'circuit-breaker': engine, 'plain-retry': plainRetry, 'plain-timeout': plainTimeout };
