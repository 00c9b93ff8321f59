/**
 * What every rate limit answers, and the shape they share.
 *
 * A limit is a file with three functions over plain data, one state for each key:
 * - `createX(terms, nowMs)` is the state of a key that was never seen: all it may have is there.
 * - `decideX(state, terms, cost, nowMs, maxWaitMs = 0)` decides and, if it allows, takes. A denial changes nothing that a later decision
 *   could tell. With `maxWaitMs` a limit that can reserve allows what comes due in time: `waitMs` says when.
 * - `peekX(state, terms, nowMs)` says what is left and changes nothing.
 *
 * The terms are given with each call, so that a change of settings applies at once and costs no memory per key. A time that lies before
 * the last one (a clock put back) counts as the last one unless a limit says otherwise.
 */
import type { Ms } from '../../kernel/contract.ts';

export interface Decision {
  readonly allowed: boolean;
  /** What could be taken now, after this decision; whole or broken units of cost, ≥ 0. */
  readonly remaining: number;
  /** The most that can ever be taken at once. */
  readonly limit: number;
  /** When the same request would be allowed if nobody else came; 0 when allowed, Infinity for never. */
  readonly retryAfterMs: Ms;
  /** When all is as for a key that was never seen, if nobody comes. */
  readonly resetAfterMs: Ms;
  /** Allowed, but to be carried out only after this wait (a reservation); else 0. */
  readonly waitMs: Ms;
}
/** What is left, without asking for anything. */
export type Peek = Pick<Decision, 'remaining' | 'limit' | 'resetAfterMs'>;

export const allow = (remaining: number, limit: number, resetAfterMs: Ms, waitMs: Ms = 0): Decision => ({ allowed: true, remaining, limit, retryAfterMs: 0, resetAfterMs, waitMs });
export const deny = (remaining: number, limit: number, resetAfterMs: Ms, retryAfterMs: Ms): Decision => ({ allowed: false, remaining, limit, retryAfterMs, resetAfterMs, waitMs: 0 });

/** Ten tenths make one, whatever binary fractions make of them; below a nanosecond of any rate that a limit may have. */
export const ROUNDING = 1e-9;
