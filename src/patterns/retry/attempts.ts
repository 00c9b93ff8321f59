/** Attempts: how they are sent (or dropped unsent), watched, and closed. */
import { addToWindow, advanceWindow } from '../../primitives/rollingWindow.ts';
import { moveCall } from './follow.ts';
import type { RetryParams } from './params.ts';
import { ROWS, type Attempt, type AttemptKind, type AttemptRow, type RetryContext, type RetryState, type Ticket } from './state.ts';

const ATTEMPTS = 0, MORE = 1;
const SENT = 0, ACCEPTED = 1;
/** Attempt numbers of one call never meet those of another attempt of the same call, where a retry stands above this one. */
const ATTEMPTS_APART = 16;
/** A storm: more than half of at least so many attempts of the last second are retries. It is over below a fifth. */
const STORM = { atLeast: 20, from: 0.5, until: 0.2 } as const;

/** The dependency took an attempt on: what the throttle measures by. */
export function accept(state: RetryState, { adaptiveThrottle }: RetryParams): void {
  if (adaptiveThrottle) addToWindow(state.throttle, state.atMs, ACCEPTED);
}

/** Sends an attempt; or, with the throttle on, drops it. The budget has been asked. */
export function launch(state: RetryState, ticket: Ticket, kind: AttemptKind, ctx: RetryContext): void {
  const { params } = ctx;
  if (params.adaptiveThrottle && isDropped(state, ticket, ctx)) {
    if (kind !== 'first') state.retriesActive--;
    if (ticket.out.length > 0) return; // a hedge less; the attempt under way goes on
    if (kind === 'first') state.results.refused++;
    state.tickets.delete(ticket.call.id);
    moveCall(state, ticket, 'dropped', ctx);
    if (kind !== 'first') countResult(state, ticket, false);
    ctx.reply(ticket.call, ticket.last ?? { kind: 'rejected', by: 'throttle' });
    return;
  }
  const limitMs = Math.min(ticket.deadlineMs, params.perTryTimeout ? ctx.nowMs + params.perTryTimeoutMs : Infinity);
  const call = ctx.again(ticket.call, ticket.call.attempt * ATTEMPTS_APART + ticket.tries, limitMs);
  const row: AttemptRow = {
    id: call.id, call: ticket.call.id, entity: ticket.call.entity, attempt: ticket.tries + 1, kind, afterMs: kind === 'retry' ? ticket.delayMs : 0, sentMs: ctx.nowMs, endMs: null, outcome: '',
  };
  state.rows.push(row);
  if (state.rows.length > ROWS) state.rows.shift();
  const attempt: Attempt = { call, ticket, kind, row };
  ticket.tries++;
  ticket.sentMs = ctx.nowMs;
  ticket.out.push(attempt);
  state.attempts.set(call.id, attempt);
  state.sent++;
  if (kind === 'retry') state.retries++;
  else if (kind === 'hedge') {
    state.hedges++;
    ticket.hedges++;
    ctx.note('hedged', { afterMs: Math.round((ctx.nowMs - ticket.startedMs) * 1000) / 1000 });
  }
  ctx.note('attempted', { attempt: ticket.tries });
  if (limitMs < Infinity) ctx.after(limitMs - ctx.nowMs, call.id);
  if (mayHedge(ticket, params)) ctx.after(params.hedgeDelayMs, -ticket.call.id);
  watchForStorm(state, kind, ctx);
}

export const mayHedge = (ticket: Ticket, params: RetryParams): boolean =>
  ticket.hedges < params.maxHedges && ticket.tries < ticket.maxAttempts && ticket.idempotent;

/** Google's client-side throttle: drops with probability (requests − K · accepted) / (requests + 1). */
function isDropped(state: RetryState, ticket: Ticket, ctx: RetryContext): boolean {
  const { throttle } = state;
  advanceWindow(throttle, state.atMs);
  const requests = throttle.totals[SENT]!, accepted = throttle.totals[ACCEPTED]!;
  addToWindow(throttle, state.atMs, SENT);
  const share = Math.min(ctx.params.throttleMaxRatio, (requests - ctx.params.throttleK * accepted) / (requests + 1));
  if (share <= 0 || ctx.uniform(`throttle ${ticket.tries}`, ticket.call) >= share) return false;
  state.dropped++;
  ctx.note('dropped', { accepted, requests });
  return true;
}

function watchForStorm(state: RetryState, kind: AttemptKind, ctx: RetryContext): void {
  const { lately } = state;
  addToWindow(lately, state.atMs, ATTEMPTS);
  if (kind !== 'first') addToWindow(lately, state.atMs, MORE);
  const attempts = lately.totals[ATTEMPTS]!;
  const share = lately.totals[MORE]! / attempts;
  if (state.storm ? share >= STORM.until : attempts < STORM.atLeast || share <= STORM.from) return;
  state.storm = !state.storm;
  ctx.note(state.storm ? 'stormStarted' : 'stormEnded', { sharePercent: Math.round(100 * share) });
}

/** An attempt is over, whichever way. */
export function close(state: RetryState, attempt: Attempt, outcome: string, ctx: RetryContext): void {
  const { ticket, call, kind, row } = attempt;
  state.attempts.delete(call.id);
  ticket.out.splice(ticket.out.indexOf(attempt), 1);
  if (kind !== 'first') state.retriesActive--;
  row.endMs = ctx.nowMs;
  row.outcome = outcome;
  ctx.clear(call.id);
}

export function countResult({ results }: RetryState, { tries }: Ticket, well: boolean): void {
  if (well) {
    if (tries > 1) results.successAfterRetry++;
    else results.successWithoutRetry++;
  } else if (tries > 1) results.failedAfterRetry++;
  else results.failedWithoutRetry++;
}
