/**
 * What retries may cost. One budget belongs to the whole layer: it hears of every call, success and failure, and is asked before every
 * retry and hedge. It never refuses a first attempt.
 */
import type { Ms, OutcomeKind } from '../../kernel/contract.ts';
import { createAccount, deposit, drain, withdraw, withTerms, type AccountTerms, type CreditAccount } from '../../primitives/creditAccount.ts';
import { addToWindow, advanceWindow, createTimeWindow, totalsAt, type TimeWindow } from '../../primitives/rollingWindow.ts';
import type { RetryParams } from './params.ts';

const REQUESTS = 0, RETRIES = 1;
/**
 * A request's credit is kept for at least the time it is promised, and up to a tenth longer: with ten buckets and one to spare any two
 * windows that do not overlap lie at least that time apart, from which the bound of `withinBound` follows.
 */
const BUCKETS = 10;

export interface Budget {
  kind: RetryParams['budget'];
  window: TimeWindow | null;
  account: CreditAccount | null;
  /** Since when the counts below run. */
  sinceMs: Ms;
  requests: number;
  granted: number;
  denied: number;
}
/** What is under way; `activePercent` goes by it. */
export interface UnderWay {
  readonly attempts: number;
  readonly retries: number;
}
/** No retry. Else what was paid for it. */
export const DENIED = -1;

function termsOf(params: RetryParams): AccountTerms | null {
  switch (params.budget) {
    case 'successBucket': return { cap: params.bucketMax };
    case 'grpc': return { cap: params.grpcMaxTokens };
    case 'aws': return { cap: params.awsCapacity };
    default: return null;
  }
}

export function createBudget(params: RetryParams, nowMs: Ms): Budget {
  const terms = termsOf(params);
  return {
    kind: params.budget,
    window: params.budget === 'requestRatio' ? createTimeWindow({ bucketMs: params.budgetTtlMs / BUCKETS, buckets: BUCKETS + 1, rotation: 'aligned' }, 2) : null,
    account: terms === null ? null : createAccount({ ...terms, nowMs }),
    sinceMs: nowMs, requests: 0, granted: 0, denied: 0,
  };
}

/** The same under changed parameters; an account that was short stays short. */
export function changeBudget(budget: Budget, params: RetryParams, nowMs: Ms): Budget {
  const fresh = createBudget(params, nowMs);
  const terms = termsOf(params);
  if (budget.account !== null && terms !== null) fresh.account = withTerms(budget.account, terms, nowMs);
  return fresh;
}

export function hearRequest(budget: Budget, nowMs: Ms): void {
  budget.requests++;
  if (budget.window !== null) addToWindow(budget.window, nowMs, REQUESTS);
}

/** An attempt failed in a way that would be retried. */
export function hearFailure(budget: Budget): void {
  if (budget.kind === 'grpc') drain(budget.account!, 1);
}

/** A call succeeded; `paid` is what its last retry cost, 0 for a clean success. */
export function hearSuccess(budget: Budget, params: RetryParams, paid: number): void {
  switch (budget.kind) {
    case 'successBucket': deposit(budget.account!, params.budgetRatio); return;
    case 'grpc': deposit(budget.account!, params.grpcTokenRatio); return;
    case 'aws': deposit(budget.account!, paid > 0 ? paid : params.awsRefund); return;
    default:
  }
}

/** Asks for one retry or hedge; pays for it when it is granted. */
export function askBudget(budget: Budget, params: RetryParams, nowMs: Ms, after: OutcomeKind, underWay: UnderWay): number {
  const paid = payFor(budget, params, nowMs, after, underWay);
  if (paid === DENIED) budget.denied++;
  else budget.granted++;
  return paid;
}

function payFor(budget: Budget, params: RetryParams, nowMs: Ms, after: OutcomeKind, underWay: UnderWay): number {
  switch (budget.kind) {
    case 'none': return 0;
    case 'requestRatio': {
      const window = budget.window!;
      advanceWindow(window, nowMs);
      if (window.totals[RETRIES]! + 1 > allowance(window.totals[REQUESTS]!, params) + ROUNDING) return DENIED;
      addToWindow(window, nowMs, RETRIES);
      return 1;
    }
    case 'successBucket': return withdraw(budget.account!, 1) ? 1 : DENIED;
    case 'activePercent': return underWay.retries < activeLimit(params, underWay) ? 1 : DENIED;
    // Nothing is paid: only failures take tokens, so concurrent retries do not starve each other.
    case 'grpc': return budget.account!.level > budget.account!.cap / 2 + ROUNDING ? 0 : DENIED;
    case 'aws': {
      const cost = after === 'timeout' ? params.awsTimeoutCost : params.awsRetryCost;
      return withdraw(budget.account!, cost) ? cost : DENIED;
    }
  }
}
const ROUNDING = 1e-9;

/** Retries allowed in one span of `budgetTtlMs` with so many requests. */
const allowance = (requests: number, { budgetRatio, budgetMinPerSecond, budgetTtlMs }: RetryParams): number =>
  budgetRatio * requests + (budgetMinPerSecond * budgetTtlMs) / 1000;
/** Envoy cuts the share down to whole calls. */
const activeLimit = ({ activePercent, activeMin }: RetryParams, { attempts }: UnderWay): number =>
  Math.max(activeMin, Math.floor((activePercent * attempts) / 100));

/** How full it is, for the tank; null where there is nothing to fill. */
export function levelOf(budget: Budget, params: RetryParams, nowMs: Ms, underWay: UnderWay): { readonly level: number; readonly capacity: number } | null {
  if (budget.account !== null) return { level: budget.account.level, capacity: budget.account.cap };
  if (budget.window !== null) {
    const [requests = 0, retries = 0] = totalsAt(budget.window, nowMs);
    const capacity = allowance(requests, params);
    return { level: Math.max(0, capacity - retries), capacity };
  }
  if (budget.kind !== 'activePercent') return null;
  const limit = activeLimit(params, underWay);
  return { level: Math.max(0, limit - underWay.retries), capacity: limit };
}

/** With a share of requests, retries never exceed ratio × requests + minimum × (time + one span), at any instant. */
export function withinBound(budget: Budget, params: RetryParams, nowMs: Ms): boolean {
  if (budget.kind !== 'requestRatio') return true;
  const seconds = (nowMs - budget.sinceMs + params.budgetTtlMs) / 1000;
  return budget.granted <= params.budgetRatio * budget.requests + params.budgetMinPerSecond * seconds + ROUNDING * (1 + budget.granted);
}

export function isSound({ account }: Budget): boolean {
  return account === null || (account.level >= 0 && account.level <= account.cap);
}
