/**
 * So many at once, however long they take: Little's law makes it a rate (limit / time in the system). A share can be kept for urgent calls
 * (Stripe keeps a fifth of its fleet for critical requests). What is taken must be given back. Exact bound: never more than `limit` at once.
 */
import type { Ms } from '../../kernel/contract.ts';
import { allow, deny, ROUNDING, type Decision, type Peek } from './decision.ts';

export interface ConcurrencyTerms {
  /** Cost under way at once, ≥ 1. */
  readonly limit: number;
  /** Share of it that only urgent calls may use, 0 ≤ r < 1. */
  readonly reservedRatio: number;
}
export interface Concurrency {
  inFlight: number;
}

export const createConcurrency = (): Concurrency => ({ inFlight: 0 });

export function decideConcurrency(state: Concurrency, { limit, reservedRatio }: ConcurrencyTerms, cost: number, _nowMs: Ms, urgent: boolean): Decision {
  const open = urgent ? limit : limit * (1 - reservedRatio);
  // Nobody knows when one will be given back; a millisecond says "soon".
  if (state.inFlight + cost > open + ROUNDING) return deny(Math.max(0, open - state.inFlight), limit, 1, cost > open ? Infinity : 1);
  state.inFlight += cost;
  return allow(Math.max(0, open - state.inFlight), limit, 0);
}
export function release(state: Concurrency, cost: number): void {
  state.inFlight = Math.max(0, state.inFlight - cost);
}
export const peekConcurrency = ({ inFlight }: Concurrency, { limit }: ConcurrencyTerms): Peek => ({ remaining: Math.max(0, limit - inFlight), limit, resetAfterMs: 0 });
