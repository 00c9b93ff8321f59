/** What time a call has, and what it learns from the calls before it. */
import type { Call, Ms } from '../../kernel/contract.ts';
import { addRecent, quantileOf } from '../../primitives/recentQuantile.ts';
import type { TimeoutParams } from './params.ts';
import { shown, startLimit, type TimeoutContext, type TimeoutState, type Ticket } from './state.ts';

/** A child's deadline: that of its parent less what is kept back at this hop. */
export const childDeadline = (parentDeadlineMs: Ms, hopReserveMs: Ms): Ms => parentDeadlineMs - hopReserveMs;

/** Until when this layer waits for a call that comes now. A fixed limit looks at nothing else. */
export function deadlineOf(call: Call, limitMs: Ms, nowMs: Ms, { mode, hopReserveMs }: TimeoutParams): Ms {
  const own = nowMs + limitMs;
  return mode === 'fixed' ? own : Math.min(own, childDeadline(call.deadlineMs, hopReserveMs));
}

/** Attempts have a time of their own only where something may follow when it is over. */
export function perTryOf({ perTry, perTryMs, onTimeout, maxRetries, hedge, maxHedges }: TimeoutParams): Ms {
  const mayFollow = (onTimeout === 'retry' && maxRetries > 0) || (hedge === 'onPerTryTimeout' && maxHedges > 0);
  return perTry && mayFollow ? perTryMs : Infinity;
}

/** When the next copy is due after one was sent. */
export function hedgeDelayOf(state: TimeoutState, params: TimeoutParams): Ms {
  if (params.hedge !== 'quantile') return params.hedgeDelayMs;
  return quantileOf(state.attemptTimes, params.hedgeQuantile) ?? params.hedgeDelayMs;
}

/** How long a first attempt took; one that was lost took at least so long: the quantile errs a little low. */
export function learnAttempt(state: TimeoutState, tookMs: Ms, { hedge }: TimeoutParams): void {
  if (hedge === 'quantile') addRecent(state.attemptTimes, tookMs);
}

/** How long a call took. One that ran out of time counts as twice its limit: what it would have taken nobody knows, and a limit too low must grow. */
export function learnCall(state: TimeoutState, tookMs: Ms, outOfTime: boolean, ctx: TimeoutContext): void {
  const { params } = ctx;
  if (params.mode !== 'adaptive') return;
  addRecent(state.callTimes, outOfTime ? 2 * tookMs : tookMs);
  const learned = quantileOf(state.callTimes, params.adaptiveQuantile) ?? startLimit(params);
  state.limitMs = Math.max(params.adaptiveFloorMs, Math.min(params.adaptiveCapMs, learned), SHORTEST_MS);
  if (state.limitMs > state.toldLimitMs * TELL_FROM || state.limitMs * TELL_FROM < state.toldLimitMs) tellLimit(state, ctx);
}
/** A limit that moved by a quarter is worth a line in the log. */
const TELL_FROM = 1.25;
/** A limit of 0 would let no call through to learn from. */
const SHORTEST_MS = 1;

function tellLimit(state: TimeoutState, ctx: TimeoutContext): void {
  state.toldLimitMs = state.limitMs;
  ctx.note('limitMoved', { limitMs: shown(state.limitMs) });
}

/** Time left for a call; what it says when it is sent on. */
export const leftOf = ({ deadlineMs }: Ticket, nowMs: Ms): Ms => deadlineMs - nowMs;
