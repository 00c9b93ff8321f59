/**
 * Timeout as a layer: every call that comes down is sent as one or several attempts, watched by the clock, and answered once, at the latest
 * when its time is up. It decides by plain data alone: whose deadline it is, what is left, which copies are out, what budgets allow.
 *
 * Timers: the call's id ends its time, the negative of it sends the next copy, an attempt's own id ends its time, its connecting, or, once it
 * is an orphan, its running for nobody.
 */
import { TIMEOUT, type Call, type Engine, type Outcome } from '../../kernel/contract.ts';
import { createAccount, deposit, withTerms } from '../../primitives/creditAccount.ts';
import { resizeRecent } from '../../primitives/recentQuantile.ts';
import { hearCall } from '../../primitives/shareOfCalls.ts';
import { cancelOrphan, close, connected, hearOrphan, launch, leave, mayHedge } from './attempts.ts';
import { deadlineCheck } from './deadlineCheck.ts';
import { drop, end, endOutOfTime, endWithError } from './ending.ts';
import { followNext, followNobody, moveAttempt, moveCall } from './follow.ts';
import { hearFailure, judgeError, mayRetry, payForHedge } from './hedging.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { laws } from './laws.ts';
import { deadlineOf, hedgeDelayOf, learnAttempt, learnCall, perTryOf } from './limits.ts';
import type { TimeoutNote, TimeoutParams } from './params.ts';
import { createState, shown, startLimit, type Attempt, type Ticket, type TimeoutContext, type TimeoutState } from './state.ts';
import { writeDesk } from './writeDesk.ts';

const GAUGE = { underWay: 0, attempts: 1, orphans: 2, limitMs: 3 } as const;

function showGauges(state: TimeoutState, ctx: TimeoutContext): void {
  ctx.gauge(GAUGE.underWay, state.tickets.size);
  ctx.gauge(GAUGE.attempts, state.attempts.size);
  ctx.gauge(GAUGE.orphans, state.orphans.size);
  ctx.gauge(GAUGE.limitMs, state.limitMs);
}
function keepTime(state: TimeoutState, ctx: TimeoutContext): void {
  if (ctx.nowMs > state.atMs) state.atMs = ctx.nowMs;
}

function onRequest(state: TimeoutState, call: Call, ctx: TimeoutContext): void {
  const { params, nowMs } = ctx;
  keepTime(state, ctx);
  state.calls++;
  hearCall(state.share);
  if (params.mode !== 'adaptive') state.limitMs = params.totalMs;
  const deadlineMs = deadlineOf(call, state.limitMs, nowMs, params);
  const ticket = ticketFor(state, call, deadlineMs, ctx);
  state.tickets.set(call.id, ticket);
  followNext(state, ticket, ctx);
  const leftMs = deadlineMs - nowMs;
  if (leftMs <= 0 || leftMs < params.minUsefulMs) {
    ctx.note('rejected', { leftMs: shown(leftMs) });
    end(state, ticket, { kind: 'rejected', by: 'deadline', detail: `${shown(leftMs)} ms left` }, 'tooLittleLeft', ctx);
  } else {
    ctx.after(leftMs, call.id);
    launch(state, ticket, 'first', ctx);
  }
  showGauges(state, ctx);
}

function ticketFor(state: TimeoutState, call: Call, deadlineMs: number, ctx: TimeoutContext): Ticket {
  const { params, nowMs } = ctx;
  const replicas = (params.replicas as readonly string[]).length;
  return {
    call, startedMs: nowMs, deadlineMs, givenMs: call.deadlineMs - nowMs, sentDeadlineMs: params.mode === 'fixed' ? Infinity : deadlineMs, perTryMs: perTryOf(params),
    hedge: params.hedge, hedgeDelayMs: Math.max(0, hedgeDelayOf(state, params)), maxHedges: params.hedge === 'off' ? 0 : params.maxHedges, maxRetries: params.onTimeout === 'retry' ? params.maxRetries : 0,
    maySendTwice: params.idempotency === 'assumed' || (params.idempotency === 'byKey' && call.idempotencyKey !== ''), exact: params.enforce === 'exact',
    firstReplica: replicas === 0 ? -1 : Math.min(replicas - 1, Math.floor(ctx.uniform('replica', call) * replicas)),
    tries: 0, retries: 0, hedges: 0, out: [], stopped: false, hedgeAtMs: 0, last: null, mode: 'pending',
  };
}

function onReply(state: TimeoutState, reply: Call, outcome: Outcome, ctx: TimeoutContext): void {
  const attempt = state.attempts.get(reply.id);
  keepTime(state, ctx);
  if (attempt === undefined) {
    const orphan = state.orphans.get(reply.id);
    if (orphan !== undefined) hearOrphan(state, orphan, outcome, ctx);
  } else if (attempt.ticket.mode === 'cleaningUp') {
    answeredAfterTheLimit(state, attempt, outcome, ctx);
  } else if (attempt.ticket.exact && ctx.nowMs > attempt.ticket.deadlineMs) {
    // The node was frozen or its clock put forward: the time was up before this answer was read.
    timeUp(state, attempt.ticket, ctx);
  } else if (attempt.mode === 'connecting' && (outcome.kind === 'ok' || outcome.kind === 'stale')) {
    connected(state, attempt, ctx);
  } else if (outcome.kind === 'ok' || outcome.kind === 'stale') {
    succeed(state, attempt, outcome, ctx);
  } else {
    fail(state, attempt, outcome, ctx);
  }
  showGauges(state, ctx);
}

function succeed(state: TimeoutState, attempt: Attempt, outcome: Outcome, ctx: TimeoutContext): void {
  const { ticket, kind, sentMs } = attempt;
  const { params, nowMs } = ctx;
  close(state, attempt, outcome.kind, ctx);
  moveAttempt(attempt, 'won');
  attempt.row.won = true;
  deposit(state.tokens, params.tokenRatio);
  if (kind === 'first') learnAttempt(state, nowMs - sentMs, params);
  const tookMs = nowMs - ticket.startedMs;
  learnCall(state, tookMs, false, ctx);
  if (kind === 'hedge') {
    state.hedgesWon++;
    ctx.note('hedgeWon');
  }
  if (ticket.givenMs < Infinity) {
    state.leftMs += ticket.givenMs - tookMs;
    state.leftOf++;
  }
  if (ticket.exact && nowMs > ticket.deadlineMs) state.lateSuccesses++;
  ctx.note('won', { afterMs: shown(tookMs) });
  end(state, ticket, outcome, 'answered', ctx);
}

/** An attempt came back with an error: another copy may make it good, else it is the call's. */
function fail(state: TimeoutState, attempt: Attempt, outcome: Outcome, ctx: TimeoutContext): void {
  const { ticket } = attempt;
  const connecting = attempt.mode === 'connecting';
  close(state, attempt, outcome.kind, ctx);
  moveAttempt(attempt, 'failed');
  ticket.last = outcome;
  if (outcome.kind === 'timeout') {
    hearFailure(state);
    afterTimeout(state, ticket, connecting, ctx);
    return;
  }
  const { final, pushbackMs } = judgeError(outcome, ctx.params);
  if (!final) hearFailure(state);
  if (pushbackMs < 0) ticket.stopped = true;
  if (!final && mayHedge(ticket)) {
    if (ctx.nowMs + pushbackMs >= ticket.deadlineMs || pushbackMs > 0) {
      ticket.hedgeAtMs = ctx.nowMs + pushbackMs;
      ctx.clear(-ticket.call.id);
      if (ticket.hedgeAtMs < ticket.deadlineMs) {
        ctx.after(pushbackMs, -ticket.call.id);
        return;
      }
    } else if (payForHedge(state, ctx)) {
      launch(state, ticket, 'hedge', ctx);
      return;
    }
  }
  if (!final && ticket.out.length > 0) return;
  endWithError(state, ticket, outcome, ctx);
}

/** An attempt's time is up, here or at the callee. `neverSent`: it had no connection yet, so it surely did nothing. */
function afterTimeout(state: TimeoutState, ticket: Ticket, neverSent: boolean, ctx: TimeoutContext): void {
  if (mayRetry(state, ticket, neverSent, ctx)) {
    ctx.note('retried', { leftMs: shown(ticket.deadlineMs - ctx.nowMs) });
    launch(state, ticket, 'retry', ctx);
  } else if (ticket.out.length === 0) {
    endOutOfTime(state, ticket, ctx);
  }
}

/** The time of the whole call is up. */
function timeUp(state: TimeoutState, ticket: Ticket, ctx: TimeoutContext): void {
  ctx.note('exceeded', { limitMs: shown(ticket.deadlineMs - ticket.startedMs) });
  hearFailure(state);
  if (!ticket.exact) stopWatching(state, ticket, ctx);
  if (ticket.exact || ticket.out.length === 0) {
    endOutOfTime(state, ticket, ctx);
    return;
  }
  moveCall(state, ticket, 'timeUpWhileCleaning', ctx);
  // What cannot be cancelled is waited for without end.
  if (ctx.params.cancelDownstream) ctx.after(ctx.sample(ctx.params.cancelMs, 'clean-up', ticket.call), ticket.call.id);
}

/** Past the limit only attempts that were really sent wind down; no time of their own ends them. */
function stopWatching(state: TimeoutState, ticket: Ticket, ctx: TimeoutContext): void {
  ctx.clear(-ticket.call.id);
  for (const attempt of ticket.out.slice()) {
    if (attempt.mode === 'connecting') leave(state, attempt, 'timeout', ctx);
    else ctx.clear(attempt.call.id);
  }
}

function answeredAfterTheLimit(state: TimeoutState, attempt: Attempt, outcome: Outcome, ctx: TimeoutContext): void {
  const { ticket } = attempt;
  const lateMs = ctx.nowMs - ticket.deadlineMs;
  // A connection that stands now is of no use any more.
  const good = attempt.mode === 'inFlight' && (outcome.kind === 'ok' || outcome.kind === 'stale');
  close(state, attempt, outcome.kind, ctx);
  moveAttempt(attempt, good ? 'won' : 'failed');
  if (!good && ticket.out.length > 0) return;
  state.answeredLate++;
  ctx.note('answeredLate', { lateMs: shown(lateMs) });
  if (good) {
    attempt.row.won = true;
    end(state, ticket, outcome, 'answered', ctx);
  } else {
    end(state, ticket, TIMEOUT, 'cleanedUp', ctx);
  }
}

function onCancel(state: TimeoutState, call: Call, ctx: TimeoutContext): void {
  const ticket = state.tickets.get(call.id);
  if (ticket === undefined) return;
  keepTime(state, ctx);
  drop(state, ticket, 'cancelled', ctx);
  moveCall(state, ticket, 'cancelled', ctx);
  state.results.cancelled++;
  ctx.note('cancelled');
  showGauges(state, ctx);
}

function onTimer(state: TimeoutState, key: string | number, ctx: TimeoutContext): void {
  keepTime(state, ctx);
  const id = key as number;
  const ticket = state.tickets.get(Math.abs(id));
  const attempt = state.attempts.get(id);
  if (attempt !== undefined) tryTimeUp(state, attempt, ctx);
  else if (ticket === undefined) {
    const orphan = state.orphans.get(id);
    if (orphan !== undefined) cancelOrphan(state, orphan, ctx);
  } else if (id < 0) hedgeDue(state, ticket, ctx);
  else if (ticket.mode !== 'cleaningUp') timeUp(state, ticket, ctx);
  else {
    state.answeredLate++;
    ctx.note('answeredLate', { lateMs: shown(ctx.nowMs - ticket.deadlineMs) });
    end(state, ticket, TIMEOUT, 'cleanedUp', ctx);
  }
  showGauges(state, ctx);
}

/** An attempt's own time is up, or that of its connecting. */
function tryTimeUp(state: TimeoutState, attempt: Attempt, ctx: TimeoutContext): void {
  const { ticket, row, to, mode, sentMs } = attempt;
  const connecting = mode === 'connecting';
  const afterMs = shown(ctx.nowMs - (connecting ? row.fromMs : sentMs));
  if (connecting) ctx.note('connectTimedOut', { to, afterMs });
  else ctx.note('tryTimedOut', { attempt: row.attempt, afterMs });
  hearFailure(state);
  if (!connecting && ticket.hedge === 'onPerTryTimeout') {
    attempt.overdue = true;
    hedgeDue(state, ticket, ctx);
    return;
  }
  leave(state, attempt, 'timeout', ctx);
  afterTimeout(state, ticket, connecting, ctx);
}

function hedgeDue(state: TimeoutState, ticket: Ticket, ctx: TimeoutContext): void {
  if (!mayHedge(ticket) || ctx.nowMs >= ticket.deadlineMs) return;
  ticket.hedgeAtMs = 0;
  if (payForHedge(state, ctx)) {
    ctx.note('hedged', { afterMs: shown(ctx.nowMs - ticket.startedMs) });
    launch(state, ticket, 'hedge', ctx);
  } else if (ticket.out.length === 0) {
    endWithError(state, ticket, ticket.last!, ctx);
  }
}

/** Calls under way keep the limits they came with; budgets and windows go over to the new terms. */
function onParams(state: TimeoutState, before: TimeoutParams, ctx: TimeoutContext): void {
  keepTime(state, ctx);
  const { params } = ctx;
  if (before.maxTokens !== params.maxTokens) state.tokens = withTerms(state.tokens, { cap: params.maxTokens }, state.atMs);
  if (before.adaptiveWindow !== params.adaptiveWindow) {
    state.attemptTimes = resizeRecent(state.attemptTimes, params.adaptiveWindow);
    state.callTimes = resizeRecent(state.callTimes, params.adaptiveWindow);
  }
  if (params.mode !== 'adaptive' || before.mode !== 'adaptive') state.limitMs = startLimit(params);
}

/** All that it knows is in memory; only what the chart last showed is kept, so that the picture goes on from there. */
const onRestart = ({ shownMode, followed }: TimeoutState, params: TimeoutParams): TimeoutState => ({ ...createState(params), shownMode, followed });

function onStart(state: TimeoutState, ctx: TimeoutContext): void {
  keepTime(state, ctx);
  followNobody(state, ctx);
  state.tokens = createAccount({ cap: ctx.params.maxTokens });
  showGauges(state, ctx);
}

export const engine: Engine<TimeoutParams, TimeoutState, TimeoutNote> = {
  gauges: ['underWay', 'attempts', 'orphans', 'limitMs'],
  init: createState,
  onStart, onRequest, onReply, onCancel, onTimer, onParams, onRestart, inspect, invariants,
};

export const engines = { timeout: engine, 'per-try': engine, 'deadline-check': deadlineCheck, 'write-desk': writeDesk };
export { laws };
