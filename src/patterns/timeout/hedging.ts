/** What further copies cost, and whether one may be sent. Hedges and retries share the throttle; only hedges have a share of calls. */
import type { Outcome } from '../../kernel/contract.ts';
import { drain } from '../../primitives/creditAccount.ts';
import { spend } from '../../primitives/shareOfCalls.ts';
import type { TimeoutParams } from './params.ts';
import type { Ticket, TimeoutContext, TimeoutState } from './state.ts';

/** gRPC's throttle: a failure takes a token. Nothing is paid for a copy, so concurrent ones do not starve each other. */
export function hearFailure(state: TimeoutState): void {
  drain(state.tokens, 1);
}

/** Above half of the tokens copies may be sent; at the half they may not. */
export const throttleOpen = ({ tokens }: TimeoutState, { throttle }: TimeoutParams): boolean => !throttle || tokens.level > tokens.cap / 2 + ROUNDING;
/** Ten deposits of a tenth make one token, whatever binary fractions make of them. */
const ROUNDING = 1e-9;

function suppressed(state: TimeoutState, why: string, ctx: TimeoutContext): false {
  state.suppressed++;
  ctx.note('hedgeSuppressed', { why });
  return false;
}

/** A whole hundred is no limit, however many copies a call may have. */
const UNLIMITED_PCT = 100;
/** Asks throttle and budget for one hedge, and pays for it. */
export function payForHedge(state: TimeoutState, ctx: TimeoutContext): boolean {
  if (!throttleOpen(state, ctx.params)) return suppressed(state, 'too many attempts fail', ctx);
  const { hedgeBudgetPct } = ctx.params;
  if (hedgeBudgetPct < UNLIMITED_PCT && !spend(state.share, hedgeBudgetPct)) return suppressed(state, `${hedgeBudgetPct} % of the calls are hedged`, ctx);
  return true;
}

/** Whether an attempt whose time is up may be made again. One that was never sent may, whatever the call does. */
export function mayRetry(state: TimeoutState, ticket: Ticket, neverSent: boolean, ctx: TimeoutContext): boolean {
  const { params, nowMs } = ctx;
  if (ticket.retries >= ticket.maxRetries || ticket.stopped || !(ticket.maySendTwice || neverSent)) return false;
  const leftMs = ticket.deadlineMs - nowMs;
  if (leftMs <= 0 || leftMs < params.minUsefulMs) return false;
  return throttleOpen(state, params) || suppressed(state, 'too many attempts fail', ctx);
}

/** Whether an error ends the call, and when the other side wants the next copy: 0 at once, negative never. */
export function judgeError(outcome: Outcome, { nonFatal }: TimeoutParams): { readonly final: boolean; readonly pushbackMs: number } {
  const mayPass = outcome.kind === 'transientError' || outcome.kind === 'overload' || outcome.kind === 'throttled';
  const pushbackMs = 'retryAfterMs' in outcome ? (outcome.retryAfterMs ?? 0) : 0;
  return { final: nonFatal === 'none' || (nonFatal === 'mayPass' && !mayPass), pushbackMs };
}

const WORDS = { transientError: 'transient error', permanentError: 'permanent error', timeout: 'timeout' } as const;
export const whyWord = (outcome: Outcome): string =>
  outcome.kind === 'rejected' ? `refused by ${outcome.by}` : (WORDS as Readonly<Record<string, string>>)[outcome.kind] ?? outcome.kind;
