/**
 * Remembers when each admitted request came. Exact: at most `limit` in every half-open stretch (t − window, t], at the price of one entry
 * for each request of the last window. An entry is forgotten when it is one window old.
 */
import type { Ms } from '../../kernel/contract.ts';
import { allow, deny, ROUNDING, type Decision, type Peek } from './decision.ts';

export interface SlidingLogTerms {
  /** Cost that passes in any window, ≥ 1. */
  readonly limit: number;
  /** > 0 */
  readonly windowMs: Ms;
}
export interface SlidingLog {
  /** Admitted requests, oldest first; those before `head` are forgotten and dropped in bulk, so that a request costs O(1). */
  atMs: number[];
  cost: number[];
  head: number;
  used: number;
}

export const createSlidingLog = (): SlidingLog => ({ atMs: [], cost: [], head: 0, used: 0 });

/** Forgets what is a window old. */
function expire(log: SlidingLog, windowMs: Ms, nowMs: Ms): void {
  const { atMs, cost } = log;
  while (log.head < atMs.length && atMs[log.head]! + windowMs <= nowMs) log.used -= cost[log.head++]!;
  if (log.head === atMs.length) log.used = 0;
  if (log.head < 32 || log.head * 2 < atMs.length) return;
  atMs.splice(0, log.head);
  cost.splice(0, log.head);
  log.head = 0;
}

export function decideSlidingLog(log: SlidingLog, { limit, windowMs }: SlidingLogTerms, cost: number, nowMs: Ms): Decision {
  expire(log, windowMs, nowMs);
  if (log.used + cost > limit + ROUNDING) return deny(Math.max(0, limit - log.used), limit, resetOf(log, windowMs, nowMs), waitFor(log, limit, windowMs, cost, nowMs));
  // A clock put back must not break the order of the log.
  const atMs = log.head < log.atMs.length ? Math.max(nowMs, log.atMs[log.atMs.length - 1]!) : nowMs;
  if (cost > 0) { log.atMs.push(atMs); log.cost.push(cost); log.used += cost; }
  return allow(Math.max(0, limit - log.used), limit, resetOf(log, windowMs, nowMs));
}

/** Until enough of the oldest are forgotten. */
function waitFor({ atMs, cost: costs, head, used }: SlidingLog, limit: number, windowMs: Ms, cost: number, nowMs: Ms): Ms {
  let left = used;
  for (let i = head; i < atMs.length; i++) {
    left -= costs[i]!;
    if (left + cost <= limit + ROUNDING) return atMs[i]! + windowMs - nowMs;
  }
  return Infinity;
}
const resetOf = ({ atMs, head }: SlidingLog, windowMs: Ms, nowMs: Ms): Ms => (head === atMs.length ? 0 : Math.max(0, atMs[atMs.length - 1]! + windowMs - nowMs));

/** Counts without forgetting: a look changes nothing. */
export function peekSlidingLog(log: SlidingLog, { limit, windowMs }: SlidingLogTerms, nowMs: Ms): Peek {
  let { used } = log;
  for (let i = log.head; i < log.atMs.length && log.atMs[i]! + windowMs <= nowMs; i++) used -= log.cost[i]!;
  return { remaining: Math.max(0, limit - used), limit, resetAfterMs: resetOf(log, windowMs, nowMs) };
}
