/**
 * Retry as a layer: every call that comes down is sent as one or several attempts, one after the other (retries) or side by side (hedges),
 * and is answered once. It decides by plain data alone: what failed, how often, what time and what budget are left.
 *
 * Timers: an attempt's own id ends its time, the call's id ends a wait, the negative of it sends a hedge.
 */
import { TIMEOUT, type Call, type Engine, type Ms, type Outcome } from '../../kernel/contract.ts';
import { longestDelayMs, nextWait } from '../../primitives/backoff.ts';
import { reshapeWindow } from '../../primitives/rollingWindow.ts';
import { accept, close, countResult, launch, mayHedge } from './attempts.ts';
import { askBudget, changeBudget, createBudget, DENIED, hearFailure, hearRequest, hearSuccess } from './budget.ts';
import { chargeDesk } from './chargeDesk.ts';
import { judgeFailure, type Judgement } from './classify.ts';
import { followNext, followNobody, moveCall } from './follow.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { lawOf } from './law.ts';
import { laws } from './laws.ts';
import type { CallEvent } from './machine.ts';
import type { RetryNote, RetryParams } from './params.ts';
import { plainQuota } from './plainQuota.ts';
import { endPush, onControl } from './push.ts';
import { createState, createThrottle, underWayOf, type Attempt, type RetryContext, type RetryState, type Ticket } from './state.ts';

const GAUGE = { backingOff: 0, underWay: 1, retriesActive: 2 } as const;
/** The budget counts as refilled when nothing was denied for so long. */
const REFILLED_AFTER_MS = 2000;

/** Microseconds do for a sentence. */
const shown = (ms: Ms): number => Math.round(ms * 1000) / 1000;

function showGauges(state: RetryState, ctx: RetryContext): void {
  ctx.gauge(GAUGE.backingOff, state.waiting);
  ctx.gauge(GAUGE.underWay, state.attempts.size);
  ctx.gauge(GAUGE.retriesActive, state.retriesActive);
}

function keepTime(state: RetryState, ctx: RetryContext): void {
  if (ctx.nowMs > state.atMs) state.atMs = ctx.nowMs;
}

function onRequest(state: RetryState, call: Call, ctx: RetryContext): void {
  const { params } = ctx;
  keepTime(state, ctx);
  state.calls++;
  hearRequest(state.budget, state.atMs);
  if (ctx.nowMs < state.pushUntilMs && ctx.uniform('shed', call) < params.shedRatio) {
    state.results.refused++;
    ctx.note('shed');
    ctx.reply(call, { kind: 'rejected', by: 'shed' });
    return;
  }
  const deadlineMs = params.overallDeadline ? Math.min(call.deadlineMs, ctx.nowMs + params.overallDeadlineMs) : call.deadlineMs;
  const ticket: Ticket = {
    call, startedMs: ctx.nowMs, deadlineMs, maxAttempts: params.maxAttempts,
    idempotent: params.idempotency === 'assumed' || (params.idempotency === 'byKey' && call.idempotencyKey !== ''),
    tries: 0, retries: 0, hedges: 0, out: [], waiting: false, memory: 0, delayMs: 0, waitUntilMs: 0, delayLimitMs: 0, sentMs: 0, paid: 0, last: null, mode: 'attempting',
  };
  state.tickets.set(call.id, ticket);
  followNext(state, ticket, ctx);
  if (ctx.nowMs >= deadlineMs) {
    ticket.last = TIMEOUT;
    state.outOfTime++;
    ctx.note('outOfTime', { leftMs: shown(deadlineMs - ctx.nowMs) });
    end(state, ticket, TIMEOUT, 'outOfTime', ctx);
  } else {
    launch(state, ticket, 'first', ctx);
  }
  showGauges(state, ctx);
}

function onReply(state: RetryState, reply: Call, outcome: Outcome, ctx: RetryContext): void {
  const attempt = state.attempts.get(reply.id);
  if (attempt === undefined) return;
  keepTime(state, ctx);
  close(state, attempt, outcome.kind, ctx);
  if (outcome.kind === 'ok' || outcome.kind === 'stale') succeed(state, attempt, outcome, ctx);
  else fail(state, attempt, outcome, ctx);
  showGauges(state, ctx);
}

function succeed(state: RetryState, { ticket, kind }: Attempt, outcome: Outcome, ctx: RetryContext): void {
  accept(state, ctx.params);
  hearSuccess(state.budget, ctx.params, ticket.paid);
  if (kind === 'hedge') {
    state.hedgesWon++;
    ctx.note('hedgeWon');
  }
  if (ticket.tries === 1) ctx.note('succeeded');
  else ctx.note('recovered', { retries: ticket.tries - 1 });
  if (state.dry && state.atMs - state.deniedMs >= REFILLED_AFTER_MS) {
    state.dry = false;
    ctx.note('budgetRefilled', { denied: state.budgetDenied - state.deniedBefore });
  }
  end(state, ticket, outcome, 'succeeded', ctx);
}

/** An attempt has failed: goes on, waits for the others, or ends the call with this failure. */
function fail(state: RetryState, { ticket, call }: Attempt, outcome: Outcome, ctx: RetryContext): void {
  const { params } = ctx;
  ticket.last = outcome;
  // A request that is wrong was accepted all the same: the dependency is well.
  if (outcome.kind === 'permanentError') accept(state, params);
  const judgement = judgeFailure(outcome, ticket.idempotent, params);
  if (!judgement.retry) {
    state.notRetryable++;
    ctx.note('notRetryable', { why: judgement.why });
    end(state, ticket, outcome, 'notRetryable', ctx);
    return;
  }
  hearFailure(state.budget);
  if (ticket.out.length > 0) return;
  ctx.clear(-ticket.call.id);
  if (ticket.tries >= ticket.maxAttempts) {
    state.exhausted++;
    ctx.note('exhausted', { attempts: ticket.tries, why: judgement.why });
    end(state, ticket, outcome, 'exhausted', ctx);
    return;
  }
  backOff(state, ticket, call, judgement, ctx);
}

/** Waits for the next attempt, if time and budget are left. `failed` is the attempt whose draws decide the jitter. */
function backOff(state: RetryState, ticket: Ticket, failed: Call, { why, retryAfterMs }: Judgement, ctx: RetryContext): void {
  const { params } = ctx;
  const outcome = ticket.last!;
  const law = lawOf(params);
  ticket.retries++;
  const wait = nextWait(law, ticket.retries, ticket.memory, ctx.uniform('backoff', failed));
  ticket.memory = wait.memory;
  const asked = retryAfterMs === 0 ? 0 : retryAfterMs * (1 + params.retryAfterSpread * ctx.uniform('retryAfter', failed));
  const delayMs = Math.max(wait.delayMs, asked);
  if (ctx.nowMs + delayMs >= ticket.deadlineMs) {
    state.outOfTime++;
    ctx.note('outOfTime', { leftMs: shown(ticket.deadlineMs - ctx.nowMs) });
    end(state, ticket, outcome, 'outOfTime', ctx);
    return;
  }
  const paid = askBudget(state.budget, params, state.atMs, outcome.kind, underWayOf(state));
  if (paid === DENIED) {
    denied(state, why, ctx);
    end(state, ticket, outcome, 'budgetDenied', ctx);
    return;
  }
  ticket.paid = paid;
  ticket.delayMs = delayMs;
  ticket.waitUntilMs = ctx.nowMs + delayMs;
  ticket.delayLimitMs = Math.max(longestDelayMs(law), params.retryAfterCapMs * (1 + params.retryAfterSpread));
  state.retriesActive++;
  if (delayMs === 0) {
    moveCall(state, ticket, 'failedToRetryAtOnce', ctx);
    launch(state, ticket, 'retry', ctx);
    return;
  }
  ticket.waiting = true;
  state.waiting++;
  moveCall(state, ticket, 'failed', ctx);
  ctx.note('scheduled', { attempt: ticket.tries + 1, delayMs: shown(delayMs), why });
  ctx.after(delayMs, ticket.call.id);
}

function denied(state: RetryState, why: string, ctx: RetryContext): void {
  state.budgetDenied++;
  ctx.note('budgetDenied', { why });
  state.deniedMs = state.atMs;
  if (state.dry) return;
  state.dry = true;
  state.deniedBefore = state.budgetDenied - 1;
  ctx.note('budgetEmptied');
}

/** Ends a call: what is still under way for it is given up, its timers are cleared, its caller is answered. */
function end(state: RetryState, ticket: Ticket, outcome: Outcome, event: CallEvent, ctx: RetryContext): void {
  drop(state, ticket, ctx);
  moveCall(state, ticket, event, ctx);
  countResult(state, ticket, outcome.kind === 'ok' || outcome.kind === 'stale');
  ctx.reply(ticket.call, outcome);
}

function drop(state: RetryState, ticket: Ticket, ctx: RetryContext): void {
  state.tickets.delete(ticket.call.id);
  while (ticket.out.length > 0) {
    const attempt = ticket.out[ticket.out.length - 1]!;
    close(state, attempt, 'given up', ctx);
    state.abandoned++;
    ctx.cancel(attempt.call);
  }
  if (ticket.waiting) {
    ticket.waiting = false;
    state.waiting--;
    state.retriesActive--;
    ctx.clear(ticket.call.id);
  }
  ctx.clear(-ticket.call.id);
}

function onCancel(state: RetryState, call: Call, ctx: RetryContext): void {
  const ticket = state.tickets.get(call.id);
  if (ticket === undefined) return;
  keepTime(state, ctx);
  drop(state, ticket, ctx);
  moveCall(state, ticket, 'cancelled', ctx);
  state.results.cancelled++;
  ctx.note('cancelled');
  showGauges(state, ctx);
}

function onTimer(state: RetryState, key: string | number, ctx: RetryContext): void {
  keepTime(state, ctx);
  if (typeof key === 'string') endPush(state, ctx);
  else if (key < 0) hedgeDue(state, state.tickets.get(-key), ctx);
  else {
    const attempt = state.attempts.get(key);
    if (attempt !== undefined) timeUp(state, attempt, ctx);
    else waitOver(state, state.tickets.get(key), ctx);
  }
  showGauges(state, ctx);
}

function timeUp(state: RetryState, attempt: Attempt, ctx: RetryContext): void {
  const { row } = attempt;
  close(state, attempt, 'timeout', ctx);
  state.abandoned++;
  ctx.note('timedOut', { attempt: row.attempt, afterMs: shown(ctx.nowMs - row.sentMs) });
  ctx.cancel(attempt.call, TIMEOUT);
  fail(state, attempt, TIMEOUT, ctx);
}

function waitOver(state: RetryState, ticket: Ticket | undefined, ctx: RetryContext): void {
  if (ticket === undefined) return;
  ticket.waiting = false;
  state.waiting--;
  if (ctx.nowMs < ticket.deadlineMs) {
    moveCall(state, ticket, 'waitOver', ctx);
    launch(state, ticket, 'retry', ctx);
    return;
  }
  // The node was frozen or its clock was put forward: what was in time when the wait began no longer is.
  state.retriesActive--;
  state.outOfTime++;
  ctx.note('outOfTime', { leftMs: shown(ticket.deadlineMs - ctx.nowMs) });
  end(state, ticket, ticket.last!, 'outOfTime', ctx);
}

function hedgeDue(state: RetryState, ticket: Ticket | undefined, ctx: RetryContext): void {
  if (ticket === undefined || ticket.out.length === 0 || ctx.nowMs >= ticket.deadlineMs || !mayHedge(ticket, ctx.params)) return;
  const paid = askBudget(state.budget, ctx.params, state.atMs, 'timeout', underWayOf(state));
  if (paid === DENIED) {
    denied(state, 'a hedge', ctx);
    return;
  }
  ticket.paid = paid;
  state.retriesActive++;
  launch(state, ticket, 'hedge', ctx);
}

/** Calls under way keep the limits they came with; budget and throttle go over to the new terms. */
function onParams(state: RetryState, before: RetryParams, ctx: RetryContext): void {
  keepTime(state, ctx);
  state.budget = changeBudget(state.budget, ctx.params, state.atMs);
  if (before.throttleWindowMs !== ctx.params.throttleWindowMs) {
    const { bucketMs, buckets, rotation } = createThrottle(ctx.params);
    state.throttle = reshapeWindow(state.throttle, { bucketMs, buckets, rotation }, state.atMs);
  }
}

/** All that it knows is in memory; only what the chart last showed is kept, so that the picture goes on from there. */
const onRestart = ({ shownMode, followed }: RetryState, params: RetryParams): RetryState => ({ ...createState(params), shownMode, followed });

function onStart(state: RetryState, ctx: RetryContext): void {
  keepTime(state, ctx);
  followNobody(state, ctx);
  state.budget = createBudget(ctx.params, state.atMs);
  showGauges(state, ctx);
}

export const engine: Engine<RetryParams, RetryState, RetryNote> = {
  gauges: ['backingOff', 'underWay', 'retriesActive'],
  init: createState,
  onStart, onRequest, onReply, onCancel, onTimer, onControl, onParams, onRestart, inspect, invariants,
};

export const engines = { retry: engine, 'charge-desk': chargeDesk, 'plain-quota': plainQuota };
export { laws };
